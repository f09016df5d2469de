import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import { PAYMENT_STATUSES, type PaymentStatus } from '../payment.transitions';
import { PROVIDERS, type ProviderName } from '../providers/payment-provider';

/** What a payment can be for. The first three are paid by POST /payments/intents. */
export const PAYMENT_PURPOSES = ['promotion', 'help_request', 'booking', 'subscription'] as const;
export type PaymentPurpose = (typeof PAYMENT_PURPOSES)[number];

export interface PaymentSubjectRef {
  kind: string;
  id: Types.ObjectId;
}

export const ONE_PAYMENT_INDEX = 'payment_one_per_subject';

/** What somebody pays to the platform. Its sums are those of its ledger entries at any time. */
@Schema({ collection: 'payments', versionKey: false })
export class Payment {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  payer: Types.ObjectId;

  @Prop({ type: String, enum: PAYMENT_PURPOSES, required: true })
  purpose: PaymentPurpose;

  @Prop({ type: Object, required: true })
  subject: PaymentSubjectRef;

  /** What the price stands on where that may change, such as the accepted offer; null where nothing can. */
  @Prop({ type: Types.ObjectId, default: null })
  basis: Types.ObjectId | null;

  @Prop({ type: String, enum: PAYMENT_STATUSES, required: true })
  status: PaymentStatus;

  /** The price, in minor units of `currency`. */
  @Prop({ required: true })
  amountMinor: number;

  /** ISO 4217. Of every sum of this payment. */
  @Prop({ required: true })
  currency: string;

  /** What the provider took: nothing or the price. Also of a payment that had failed or was cancelled before. */
  @Prop({ required: true })
  capturedMinor: number;

  /** What was given back. */
  @Prop({ required: true })
  refundedMinor: number;

  /** What is being given back: refunds that the provider has not answered for yet. */
  @Prop({ required: true })
  refundingMinor: number;

  @Prop({ type: String, enum: PROVIDERS, required: true })
  provider: ProviderName;

  /** The provider's own id; null until its answer is recorded. */
  @Prop({ type: String, default: null })
  providerId: string | null;

  /** Whether it keeps others of its purpose and subject out: renewals of a subscription do not. */
  @Prop({ required: true })
  exclusive: boolean;

  /** True while it is exclusive and unfinished or paid; what the unique index hangs on. */
  @Prop({ required: true })
  holds: boolean;

  /** Number of the last event of the timeline. */
  @Prop({ required: true })
  seq: number;

  /** Goes up with each change, first of all: changes of one payment exclude each other, on whatever node. */
  @Prop({ required: true })
  revision: number;

  /** When somebody asked to give it up; the provider has the last word. */
  @Prop({ type: Date, default: null })
  cancelRequestedAt: Date | null;

  /** When the sweeper looks after it; null where nothing is to be done. */
  @Prop({ type: Date, default: null })
  nextAt: Date | null;

  /** How often the sweeper looked, for the time until it looks again. */
  @Prop({ required: true })
  attempts: number;

  @Prop({ type: Date, required: true })
  createdAt: Date;

  /** An unfinished one is given up then. */
  @Prop({ type: Date, default: null })
  expiresAt: Date | null;

  /** When the money came, in time or not. */
  @Prop({ type: Date, default: null })
  capturedAt: Date | null;

  /** When it failed or was cancelled. */
  @Prop({ type: Date, default: null })
  endedAt: Date | null;
}

export const PaymentSchema = SchemaFactory.createForClass(Payment);

// One unfinished or paid payment for each purpose and subject.
PaymentSchema.index(
  { purpose: 1, 'subject.id': 1 },
  { name: ONE_PAYMENT_INDEX, unique: true, partialFilterExpression: { holds: true } },
);
// GET /payments, newest first; an erasure.
PaymentSchema.index({ payer: 1, _id: -1 }, { name: 'payment_by_payer' });
// A webhook that names the provider's id alone; no two payments have the same.
PaymentSchema.index(
  { provider: 1, providerId: 1 },
  {
    name: 'payment_by_provider_id',
    unique: true,
    partialFilterExpression: { providerId: { $type: 'string' } },
  },
);
// The sweeper.
PaymentSchema.index(
  { nextAt: 1 },
  { name: 'payment_due', partialFilterExpression: { nextAt: { $type: 'date' } } },
);
