import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

export const LEDGER_KINDS = ['charge', 'refund', 'refund_failed'] as const;
export type LedgerKind = (typeof LEDGER_KINDS)[number];

/** Money that moved. Written once, in the transaction that changes the payment, and never changed. */
@Schema({ collection: 'ledger_entries', versionKey: false })
export class LedgerEntry {
  _id: Types.ObjectId;

  /** What this is the record of, so that nothing is written twice: `charge:<payment>`, `refund:<refund>`, `refund_failed:<refund>`. */
  @Prop({ required: true })
  key: string;

  @Prop({ type: Types.ObjectId, required: true })
  payment: Types.ObjectId;

  @Prop({ type: String, enum: LEDGER_KINDS, required: true })
  kind: LedgerKind;

  /** Minor units: above zero to the platform, below zero back to the payer. */
  @Prop({ required: true })
  amountMinor: number;

  @Prop({ required: true })
  currency: string;

  @Prop({ type: Date, required: true })
  at: Date;
}

export const LedgerEntrySchema = SchemaFactory.createForClass(LedgerEntry);

LedgerEntrySchema.index({ key: 1 }, { name: 'ledger_once', unique: true });
// The sum of a payment.
LedgerEntrySchema.index({ payment: 1, _id: 1 }, { name: 'ledger_of_payment' });
