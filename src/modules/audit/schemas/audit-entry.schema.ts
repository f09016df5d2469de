import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

export interface AuditChange {
  from: unknown;
  to: unknown;
}

/** Who of the staff did what to whom. Written once, with the change itself; ids alone, so that people can be erased. */
@Schema({ collection: 'audit_log' })
export class AuditEntry {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  actor: Types.ObjectId;

  @Prop({ type: String, required: true })
  action: string;

  @Prop({ type: Types.ObjectId, required: true })
  target: Types.ObjectId;

  @Prop({ type: Object, required: true })
  changes: Record<string, AuditChange>;

  @Prop({ type: Date, required: true })
  at: Date;
}

export const AuditEntrySchema = SchemaFactory.createForClass(AuditEntry);

AuditEntrySchema.index({ target: 1, _id: -1 }, { name: 'audit_target' });
AuditEntrySchema.index({ actor: 1, _id: -1 }, { name: 'audit_actor' });
