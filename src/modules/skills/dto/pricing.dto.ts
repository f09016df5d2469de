import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { IsCurrency } from '../../../common/money/money.dto';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import { PRICING_TYPES, type PricingType } from '../schemas/skill.schema';

/** A million of most currencies: beyond it somebody took major for minor units. */
export const HIGHEST_AMOUNT_MINOR = 100_000_000;

/** What a listing costs. */
export class PricingDto {
  @ApiProperty({
    enum: PRICING_TYPES,
    example: 'hourly',
    description:
      'hourly and fixed need amount and currency, negotiable may have both, free has neither.',
  })
  @IsIn(PRICING_TYPES)
  type: PricingType;

  @ApiPropertyOptional({
    example: 2500,
    minimum: 1,
    maximum: HIGHEST_AMOUNT_MINOR,
    description: 'Minor units of the currency (cents): for an hour, or for all of it.',
  })
  @AbsentOr()
  @IsInt()
  @Min(1)
  @Max(HIGHEST_AMOUNT_MINOR)
  amountMinor?: number;

  @ApiPropertyOptional({ example: 'EUR', description: 'ISO 4217.' })
  @AbsentOr()
  @IsCurrency()
  currency?: string;
}
