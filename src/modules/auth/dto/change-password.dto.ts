import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { IsPassword } from '../../../common/validation/is-password.decorator';

export class ChangePasswordDto {
  @ApiProperty({ example: 'correct horse battery' })
  @IsString()
  @MaxLength(1000)
  currentPassword: string;

  @ApiProperty({ example: 'staple gun on the roof', description: '10 to 72 bytes of UTF-8.' })
  @IsPassword()
  newPassword: string;
}
