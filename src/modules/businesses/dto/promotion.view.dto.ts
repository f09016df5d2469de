import { ApiProperty } from '@nestjs/swagger';
import { MoneyDto } from '../../../common/money/money.dto';
import { PROMOTION_STATES, type PromotionState } from '../promotions/promotion.rules';

export class DiscountView {
  @ApiProperty({ type: Number, nullable: true, example: 20, description: 'Per cent, or null.' })
  percent: number | null;

  @ApiProperty({ type: MoneyDto, nullable: true, description: 'Or null.' })
  amount: MoneyDto | null;
}

/** A promotion as the viewer may see it. */
export class PromotionView {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40516' })
  id: string;

  @ApiProperty({ example: 'Two loaves for one' })
  title: string;

  @ApiProperty({ example: 'All week, after 16:00.' })
  description: string;

  @ApiProperty({ type: DiscountView, nullable: true })
  discount: DiscountView | null;

  @ApiProperty({ example: '2026-12-01T08:00:00.000Z' })
  startsAt: string;

  @ApiProperty({ example: '2026-12-08T18:00:00.000Z', description: 'Not included.' })
  endsAt: string;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: null,
    description: 'Metres from the business within which it is shown in lists; null: everywhere.',
  })
  audienceRadiusMeters: number | null;

  @ApiProperty({
    enum: PROMOTION_STATES,
    example: 'running',
    description: 'By the clock. Others than owner, managers and staff see running ones alone.',
  })
  state: PromotionState;

  @ApiProperty({
    example: false,
    description: 'Paid for by POST /payments/intents: it stands before the others of its business.',
  })
  boosted: boolean;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 120,
    description:
      'How often it was shown; seconds behind. For owner, managers and staff, else null.',
  })
  views: number | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 8,
    description:
      'How often it was clicked; seconds behind. For owner, managers and staff, else null.',
  })
  clicks: number | null;
}
