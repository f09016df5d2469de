import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import type { SubscriberKind } from '../../../common/entitlements/plans';
import { PROVIDERS, type ProviderName } from '../../payments/providers/payment-provider';
import {
  END_REASONS,
  type EndReason,
  SUBSCRIPTION_STATUSES,
  type SubscriptionStatus,
} from '../subscription.transitions';

export interface SubscriberRef {
  kind: SubscriberKind;
  id: Types.ObjectId;
}

/** A change of plan that waits for the provider, or for its payment. */
export interface PendingChange {
  /** Goes into the idempotency key: another change is another call. */
  id: Types.ObjectId;
  plan: string;
  requestedAt: Date;
}

/** A renewal that could not be paid. */
export interface UnpaidBill {
  invoiceId: string | null;
  periodEnd: Date | null;
}

export const ONE_SUBSCRIPTION_INDEX = 'subscription_one_per_subject';

/** How many paid bills are remembered, so that late news of them is recognised: two years of months. */
export const REMEMBERED_BILLS = 24;

/** What an organization or a business has subscribed to. While it is active or past due, the subject has its tier. */
@Schema({ collection: 'subscriptions', versionKey: false })
export class Subscription {
  _id: Types.ObjectId;

  @Prop({ type: Object, required: true })
  subject: SubscriberRef;

  /** Whose card pays. */
  @Prop({ type: Types.ObjectId, required: true })
  payer: Types.ObjectId;

  /** An id of the price table. */
  @Prop({ required: true })
  plan: string;

  @Prop({ type: String, enum: SUBSCRIPTION_STATUSES, required: true })
  status: SubscriptionStatus;

  /** True until it has ended; what the unique index hangs on. */
  @Prop({ required: true })
  open: boolean;

  /** Number of the last event of the timeline. */
  @Prop({ required: true })
  seq: number;

  /** Goes up with each change, first of all: changes of one subscription exclude each other, on whatever node. */
  @Prop({ required: true })
  revision: number;

  @Prop({ type: String, enum: PROVIDERS, required: true })
  provider: ProviderName;

  /** The provider's own id; null until its answer is recorded. */
  @Prop({ type: String, default: null })
  providerId: string | null;

  @Prop({ type: Types.ObjectId, required: true })
  firstPayment: Types.ObjectId;

  /** The payments of the period that runs: all of one given back ends the subscription. */
  @Prop({ type: [Types.ObjectId], required: true })
  paidBy: Types.ObjectId[];

  /** Bills that were paid, the latest last. */
  @Prop({ type: [String], required: true })
  paidBills: string[];

  @Prop({ type: Object, default: null })
  unpaid: UnpaidBill | null;

  @Prop({ type: Date, default: null })
  currentPeriodEnd: Date | null;

  /** Until then the tier stays although a renewal could not be paid; null unless it is past due. */
  @Prop({ type: Date, default: null })
  graceUntil: Date | null;

  @Prop({ required: true })
  cancelAtPeriodEnd: boolean;

  /** Whether the provider knows as much: that it ends with the period, or that it has ended. */
  @Prop({ required: true })
  providerTold: boolean;

  @Prop({ type: Object, default: null })
  pendingChange: PendingChange | null;

  /** When SubscriptionSweeper looks after it; null where nothing is to be done. */
  @Prop({ type: Date, default: null })
  nextAt: Date | null;

  /** How often the sweeper looked in vain, for the time until it looks again. */
  @Prop({ required: true })
  attempts: number;

  @Prop({ type: Date, required: true })
  createdAt: Date;

  @Prop({ type: Date, default: null })
  activatedAt: Date | null;

  @Prop({ type: Date, default: null })
  endedAt: Date | null;

  @Prop({ type: String, enum: END_REASONS, default: null })
  endReason: EndReason | null;
}

export const SubscriptionSchema = SchemaFactory.createForClass(Subscription);

// One that has not ended for each subject. `POST /subscriptions`, and what becomes of a subject that is removed.
SubscriptionSchema.index(
  { 'subject.id': 1 },
  { name: ONE_SUBSCRIPTION_INDEX, unique: true, partialFilterExpression: { open: true } },
);
// GET /subscriptions: what somebody pays for, and that of the subjects they manage, newest first.
SubscriptionSchema.index({ payer: 1, _id: -1 }, { name: 'subscription_by_payer' });
SubscriptionSchema.index({ 'subject.id': 1, _id: -1 }, { name: 'subscription_by_subject' });
// The sweeper.
SubscriptionSchema.index(
  { nextAt: 1 },
  { name: 'subscription_due', partialFilterExpression: { nextAt: { $type: 'date' } } },
);
