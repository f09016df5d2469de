import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { IsEmailAddress } from '../../../common/validation/is-email-address.decorator';

export class ChangeEmailDto {
  @ApiProperty({ example: 'sam@example.net', description: 'Kept in lower case.' })
  @IsEmailAddress()
  newEmail: string;

  @ApiProperty({ example: 'correct horse battery', description: 'The current password.' })
  @IsString()
  @MaxLength(1000)
  password: string;
}
