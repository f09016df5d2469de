import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { MOST_MINOR_UNITS } from '../../../common/money/money.dto';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import { IsText } from '../../../common/validation/is-text.decorator';

export class CreateRefundDto {
  @ApiPropertyOptional({
    example: 500,
    minimum: 1,
    maximum: MOST_MINOR_UNITS,
    description: "Minor units of the payment's currency. Left out: all that is left.",
  })
  @AbsentOr()
  @IsInt()
  @Min(1)
  @Max(MOST_MINOR_UNITS)
  amountMinor?: number;

  @ApiProperty({ example: 'The lesson did not take place.', minLength: 1, maxLength: 500 })
  @IsText(1, 500)
  reason: string;
}
