import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { HEX_ID } from '../../../common/http/id-param.decorator';
import { PageQuery } from '../../../common/http/pagination';
import { VERIFICATION_KINDS, type VerificationKind } from '../verification.rules';
import { VERIFICATION_STATUSES, type VerificationStatus } from '../verification.transitions';

/** Which requests staff want to see. */
export class ListVerificationsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: VERIFICATION_STATUSES, default: 'pending', example: 'pending' })
  @IsOptional()
  @IsIn(VERIFICATION_STATUSES)
  status: VerificationStatus = 'pending';

  @ApiPropertyOptional({ enum: VERIFICATION_KINDS, example: 'first_aid' })
  @IsOptional()
  @IsIn(VERIFICATION_KINDS)
  kind?: VerificationKind;

  @ApiPropertyOptional({
    example: '6561f0a4c2b6a1d2e3f40516',
    pattern: '^[0-9a-f]{24}$',
    description: 'Of one person.',
  })
  @IsOptional()
  @Matches(HEX_ID, { message: '$property must be an id of 24 hexadecimal digits' })
  userId?: string;
}
