import { ApiProperty } from '@nestjs/swagger';
import { MoneyDto } from '../../../common/money/money.dto';
import {
  PAYMENT_STATUSES,
  REFUND_STATUSES,
  type PaymentStatus,
  type RefundStatus,
} from '../payment.transitions';
import { PROVIDERS, type ProviderName } from '../providers/payment-provider';
import { PAYMENT_PURPOSES, type PaymentPurpose } from '../schemas/payment.schema';
import { REFUND_CAUSES, type RefundCause } from '../schemas/refund.schema';

const ID = '6561f0a4c2b6a1d2e3f40516';
const TIME = '2026-11-22T10:15:30.000Z';

export class PaymentSubjectView {
  @ApiProperty({ example: 'booking' })
  kind: string;

  @ApiProperty({ example: ID })
  id: string;
}

/** A payment, for who pays and for admins. */
export class PaymentDto {
  @ApiProperty({ example: ID })
  id: string;

  @ApiProperty({
    enum: PAYMENT_STATUSES,
    example: 'succeeded',
    description:
      'What failed or was cancelled stays so. Money that comes all the same shows in `captured`, and goes back by itself.',
  })
  status: PaymentStatus;

  @ApiProperty({ example: 2, description: 'Number of its last event; the highest is the newest.' })
  seq: number;

  @ApiProperty({ enum: PAYMENT_PURPOSES, example: 'booking' })
  purpose: PaymentPurpose;

  @ApiProperty({ type: PaymentSubjectView })
  subject: PaymentSubjectView;

  @ApiProperty({ type: MoneyDto, description: 'The price.' })
  amount: MoneyDto;

  @ApiProperty({ type: MoneyDto, description: 'What was taken: nothing, or the price.' })
  captured: MoneyDto;

  @ApiProperty({ type: MoneyDto, description: 'What was given back.' })
  refunded: MoneyDto;

  @ApiProperty({ type: MoneyDto, description: 'What is being given back.' })
  refunding: MoneyDto;

  @ApiProperty({ enum: PROVIDERS, example: 'sandbox', description: 'Who takes the money.' })
  provider: ProviderName;

  @ApiProperty({ example: TIME })
  createdAt: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description:
      'When it is given up unless it is paid before; null once that is decided, and of subscriptions, whose first ' +
      'payment has 23 hours.',
  })
  expiresAt: string | null;

  @ApiProperty({ type: String, nullable: true, example: TIME, description: 'The money came.' })
  capturedAt: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'It failed or was cancelled.',
  })
  endedAt: string | null;
}

/** A payment that has just been made, and what the payer's device goes on with. */
export class PaymentIntentDto {
  @ApiProperty({ type: PaymentDto })
  payment: PaymentDto;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'sbx_6561f0a4c2b6a1d2e3f40516_secret_5f1c',
    description:
      "For the provider's own form on the payer's device: card data never comes here. Null once it is not pending.",
  })
  clientSecret: string | null;
}

/** Money given back. */
export class RefundDto {
  @ApiProperty({ example: ID })
  id: string;

  @ApiProperty({ example: ID })
  paymentId: string;

  @ApiProperty({ type: MoneyDto })
  amount: MoneyDto;

  @ApiProperty({
    enum: REFUND_STATUSES,
    example: 'succeeded',
    description: '`pending` until the provider has answered.',
  })
  status: RefundStatus;

  @ApiProperty({
    enum: REFUND_CAUSES,
    example: 'admin',
    description:
      '`late_success`: the money came after the payment had failed or was cancelled; `not_available`: what was paid for ' +
      "cannot be had any more; `provider`: at the provider's own desk.",
  })
  cause: RefundCause;

  @ApiProperty({ type: String, nullable: true, example: 'The lesson did not take place.' })
  reason: string | null;

  @ApiProperty({ example: TIME })
  createdAt: string;

  @ApiProperty({ type: String, nullable: true, example: TIME })
  settledAt: string | null;
}
