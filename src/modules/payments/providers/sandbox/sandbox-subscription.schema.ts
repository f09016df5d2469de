import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Money } from '../../../../common/money/money.dto';

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

  @Prop({ type: Date, required: true })
  startedAt: Date;

  @Prop({ required: true })
  cancelAtPeriodEnd: boolean;

  @Prop({ type: Date, default: null })
  endedAt: Date | null;
}

export const SandboxSubscriptionSchema = SchemaFactory.createForClass(SandboxSubscription);
