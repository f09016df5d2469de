import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import { REFUND_STATUSES, type RefundStatus } from '../payment.transitions';
import { PROVIDERS, type ProviderName } from '../providers/payment-provider';

/**
 * Who gave money back: an admin; the system, because the money came too late or for what cannot be had any more; or
 * somebody at the provider's own desk.
 */
export const REFUND_CAUSES = ['admin', 'late_success', 'not_available', 'provider'] as const;
export type RefundCause = (typeof REFUND_CAUSES)[number];

/** A part of a payment, or all of it, that is given back. */
@Schema({ collection: 'refunds', versionKey: false })
export class Refund {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  payment: Types.ObjectId;

  @Prop({ required: true })
  amountMinor: number;

  @Prop({ required: true })
  currency: string;

  @Prop({ type: String, enum: REFUND_STATUSES, required: true })
  status: RefundStatus;

  @Prop({ type: String, enum: REFUND_CAUSES, required: true })
  cause: RefundCause;

  /** What the admin wrote; null for other causes, and once the payer's account is erased. */
  @Prop({ type: String, default: null })
  reason: string | null;

  /** The admin. */
  @Prop({ type: Types.ObjectId, default: null })
  requestedBy: Types.ObjectId | null;

  @Prop({ type: String, enum: PROVIDERS, required: true })
  provider: ProviderName;

  @Prop({ type: String, default: null })
  providerRefundId: string | null;

  /** When the sweeper asks the provider (again); null where its answer is known. */
  @Prop({ type: Date, default: null })
  nextAt: Date | null;

  @Prop({ required: true })
  attempts: number;

  @Prop({ type: Date, required: true })
  createdAt: Date;

  @Prop({ type: Date, default: null })
  settledAt: Date | null;
}

export const RefundSchema = SchemaFactory.createForClass(Refund);

// The refunds of a payment, oldest first.
RefundSchema.index({ payment: 1, _id: 1 }, { name: 'refund_of_payment' });
// Several events tell of one refund.
RefundSchema.index(
  { provider: 1, providerRefundId: 1 },
  {
    name: 'refund_by_provider_id',
    unique: true,
    partialFilterExpression: { providerRefundId: { $type: 'string' } },
  },
);
// The sweeper.
RefundSchema.index(
  { nextAt: 1 },
  { name: 'refund_due', partialFilterExpression: { nextAt: { $type: 'date' } } },
);
