import { ApiProperty } from '@nestjs/swagger';
import { IsEmailAddress } from '../../../common/validation/is-email-address.decorator';

export class ForgotPasswordDto {
  @ApiProperty({ example: 'sam@example.org' })
  @IsEmailAddress()
  email: string;
}
