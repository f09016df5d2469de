import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import { IsEmailAddress } from '../../../common/validation/is-email-address.decorator';
import { TOKEN_DELIVERIES, type TokenDelivery } from './token-delivery';

export class LoginDto {
  @ApiProperty({ example: 'sam@example.org' })
  @IsEmailAddress()
  email: string;

  @ApiProperty({ example: 'correct horse battery' })
  @IsString()
  @MaxLength(1000)
  password: string;

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
