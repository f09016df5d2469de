import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Money } from '../../../../common/money/money.dto';
import type { ProviderBill } from '../payment-provider';

/** What the sandbox knows of one subscription. Never written in a transaction of the application. */
@Schema({ collection: 'sandbox_subscriptions', versionKey: false })
export class SandboxSubscription {
  /** `sbs_` and our subscription's id: a repeated call finds the same. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ required: true })
  subscriptionId: string;

  /** Its first payment. */
  @Prop({ required: true })
  paymentId: string;

  @Prop({ required: true })
  plan: string;

  @Prop({ type: Object, required: true })
  price: Money;

  /** Minor units that a cheaper plan gave back: the next bills are less by them. */
  @Prop({ required: true })
  creditMinor: number;

  /** How many bills there were. */
  @Prop({ required: true })
  bills: number;

  @Prop({ type: Object, required: true })
  lastBill: ProviderBill;

  @Prop({ type: Date, required: true })
  periodEnd: Date;

  /** The key of the last change: a repeated call changes nothing. */
  @Prop({ type: String, default: null })
  lastChange: string | null;

  @Prop({ required: true })
  pastDue: boolean;

  @Prop({ required: true })
  cancelAtPeriodEnd: boolean;

  @Prop({ type: Date, default: null })
  endedAt: Date | null;
}

export const SandboxSubscriptionSchema = SchemaFactory.createForClass(SandboxSubscription);

// What is to be renewed, or ends.
SandboxSubscriptionSchema.index(
  { periodEnd: 1 },
  { name: 'sandbox_renewal_due', partialFilterExpression: { endedAt: null, pastDue: false } },
);
