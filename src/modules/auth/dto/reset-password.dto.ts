import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { IsPassword } from '../../../common/validation/is-password.decorator';

export class ResetPasswordDto {
  @ApiProperty({ example: 'mT0…Zg', description: 'From the link in the mail.' })
  @IsString()
  @MaxLength(200)
  token: string;

  @ApiProperty({ example: 'staple gun on the roof', description: '10 to 72 bytes of UTF-8.' })
  @IsPassword()
  newPassword: string;
}
