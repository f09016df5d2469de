import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import { TOKEN_DELIVERIES, type TokenDelivery } from './token-delivery';

export class RefreshDto {
  @ApiPropertyOptional({
    example: '665f1c2ab7e4d2f3a1b0c9d8.Ur3…w.9fK…A',
    description: 'For clients that keep the token themselves; browsers send the cookie.',
  })
  @AbsentOr()
  @IsString()
  @MaxLength(200)
  refreshToken?: string;

  @ApiPropertyOptional({
    enum: TOKEN_DELIVERIES,
    default: 'cookie',
    example: 'body',
    description: '`body` is for those who sent the token in the body.',
  })
  @AbsentOr()
  @IsIn(TOKEN_DELIVERIES)
  tokenDelivery?: TokenDelivery;
}
