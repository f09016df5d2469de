import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import { IsEmailAddress } from '../../../common/validation/is-email-address.decorator';
import { IsPassword } from '../../../common/validation/is-password.decorator';
import { IsPhone } from '../../../common/validation/is-phone.decorator';
import { IsText } from '../../../common/validation/is-text.decorator';
import { TOKEN_DELIVERIES, type TokenDelivery } from './token-delivery';

export class RegisterDto {
  @ApiProperty({ example: 'sam@example.org', description: 'Kept in lower case.' })
  @IsEmailAddress()
  email: string;

  @ApiProperty({ example: 'correct horse battery', description: '10 to 72 bytes of UTF-8.' })
  @IsPassword()
  password: string;

  @ApiProperty({ example: 'Sam Okafor', minLength: 1, maxLength: 80 })
  @IsText(1, 80)
  displayName: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: '+4930123456',
    description: '`+` and 7 to 15 digits.',
  })
  @IsOptional()
  @IsPhone()
  phone?: string | null;

  @ApiPropertyOptional({
    enum: TOKEN_DELIVERIES,
    default: 'cookie',
    example: 'body',
    description: '`body`: the refresh token comes in the data instead of a cookie.',
  })
  @AbsentOr()
  @IsIn(TOKEN_DELIVERIES)
  tokenDelivery?: TokenDelivery;
}
