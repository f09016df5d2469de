import { ApiProperty } from '@nestjs/swagger';
import { PLANS, SUBSCRIBER_KINDS, type SubscriberKind } from '../../../common/entitlements/plans';
import { type Tier, TIER_NAMES } from '../../../common/entitlements/tiers';
import { MoneyDto } from '../../../common/money/money.dto';
import { PaymentDto } from '../../payments/dto/payment.view.dto';
import {
  END_REASONS,
  type EndReason,
  SUBSCRIPTION_STATUSES,
  type SubscriptionStatus,
} from '../subscription.transitions';

const ID = '6561f0a4c2b6a1d2e3f40516';
const TIME = '2026-11-22T10:15:30.000Z';

/** What a plan allows; null for what does not concern its kind. */
export class PlanLimitsView {
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 250,
    description: 'Members of an organization at most.',
  })
  members: number | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: null,
    description: 'Promotions of a business that may run at any instant.',
  })
  promotionsAtOnce: number | null;
}

export class PlanView {
  @ApiProperty({ example: 'organization_plus' })
  id: string;

  @ApiProperty({ enum: SUBSCRIBER_KINDS, example: 'organization' })
  kind: SubscriberKind;

  @ApiProperty({ enum: TIER_NAMES, example: 'plus' })
  tier: Tier;

  @ApiProperty({ type: MoneyDto, description: 'For a month.' })
  price: MoneyDto;

  @ApiProperty({ type: PlanLimitsView })
  limits: PlanLimitsView;
}

export class PlansView {
  @ApiProperty({ type: [PlanView] })
  items: PlanView[];

  @ApiProperty({ type: String, nullable: true, example: null, description: 'They are few: null.' })
  nextCursor: null;
}

export class SubscriberView {
  @ApiProperty({ enum: SUBSCRIBER_KINDS, example: 'organization' })
  kind: SubscriberKind;

  @ApiProperty({ example: ID })
  id: string;
}

/** A subscription, for who pays it and who manages its subject. */
export class SubscriptionDto {
  @ApiProperty({ example: ID })
  id: string;

  @ApiProperty({ type: SubscriberView })
  subject: SubscriberView;

  @ApiProperty({ enum: PLANS.map(({ id }) => id), example: 'organization_plus' })
  plan: string;

  @ApiProperty({ enum: TIER_NAMES, example: 'plus' })
  tier: Tier;

  @ApiProperty({ type: MoneyDto, description: 'For a month.' })
  price: MoneyDto;

  @ApiProperty({
    enum: SUBSCRIPTION_STATUSES,
    example: 'active',
    description:
      '`incomplete` until the first payment has come; `past_due` while a renewal could not be paid and the tier stays all the ' +
      'same, until `graceUntil`.',
  })
  status: SubscriptionStatus;

  @ApiProperty({ example: 2, description: 'Number of its last event; the highest is the newest.' })
  seq: number;

  @ApiProperty({ example: true, description: 'You pay it.' })
  yours: boolean;

  @ApiProperty({ type: String, nullable: true, example: '2026-12-22T10:15:30.000Z' })
  currentPeriodEnd: string | null;

  @ApiProperty({ example: false, description: 'It ends then, and is not renewed.' })
  cancelAtPeriodEnd: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'The plan that it changes to once that is paid; at most for a day.',
  })
  pendingPlan: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  graceUntil: string | null;

  @ApiProperty({ example: TIME })
  createdAt: string;

  @ApiProperty({ type: String, nullable: true, example: TIME })
  activatedAt: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  endedAt: string | null;

  @ApiProperty({
    enum: END_REASONS,
    nullable: true,
    example: null,
    description:
      '`payment_failed`, `payment_expired`: the first payment was declined, or never made; `unpaid`: a renewal was not paid ' +
      'within the grace period; `refunded`: what the period was paid with was given back; `provider`: ended over there.',
  })
  endReason: EndReason | null;
}

/** A subscription, and what is to be paid for what was just asked for. */
export class SubscriptionPaymentDto {
  @ApiProperty({ type: SubscriptionDto })
  subscription: SubscriptionDto;

  @ApiProperty({
    type: PaymentDto,
    nullable: true,
    description: 'Null where nothing is to be paid.',
  })
  payment: PaymentDto | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'sbx_6561f0a4c2b6a1d2e3f40516_secret_5f1c',
    description:
      "For the provider's form on the payer's device. Null where there is nothing to pay.",
  })
  clientSecret: string | null;
}
