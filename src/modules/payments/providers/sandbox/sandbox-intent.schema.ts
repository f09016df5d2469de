import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { ProviderIntentStatus } from '../payment-provider';

export interface SandboxRefund {
  id: string;
  amountMinor: number;
  /** The money came back from the payer’s bank. */
  failed?: boolean;
}

/** An event that our own webhook is to be told. */
export interface SandboxEvent {
  id: string;
  type: string;
  data: Record<string, unknown>;
  /** When it is sent (again); null once it was taken. */
  nextAt: Date | null;
  attempts: number;
}

/**
 * What the sandbox knows of one payment, with what it has yet to tell: one document, so that neither is there without the
 * other. It is the provider's memory and not ours: never written in a transaction of the application.
 */
@Schema({ collection: 'sandbox_intents', versionKey: false })
export class SandboxIntent {
  /** `sbx_` and our payment's id: a repeated call finds the same. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ required: true })
  paymentId: string;

  @Prop({ required: true })
  amountMinor: number;

  @Prop({ required: true })
  currency: string;

  @Prop({ type: String, required: true })
  status: ProviderIntentStatus;

  /** The card asked its owner: it does so at every charge. */
  @Prop({ required: true })
  asks: boolean;

  @Prop({ required: true })
  refundedMinor: number;

  @Prop({ type: [Object], required: true })
  refunds: SandboxRefund[];

  @Prop({ type: [Object], required: true })
  events: SandboxEvent[];

  /** The earliest `nextAt` of its events. */
  @Prop({ type: Date, default: null })
  nextAt: Date | null;
}

export const SandboxIntentSchema = SchemaFactory.createForClass(SandboxIntent);

// What is to be told.
SandboxIntentSchema.index(
  { nextAt: 1 },
  { name: 'sandbox_due', partialFilterExpression: { nextAt: { $type: 'date' } } },
);
