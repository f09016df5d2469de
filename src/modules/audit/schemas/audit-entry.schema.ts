import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

export const AUDIT_SEQ_INDEX = 'audit_seq';

export interface AuditChange {
  from: unknown;
  to: unknown;
}

/**
 * Who of the staff did or saw what. One link of a chain: `hash` covers the ids, `digest` and the hash before, so that no row
 * can be changed, left out or put in without the next one telling. What was changed stands beside it with its salt, and can
 * be erased: the chain holds the digest alone (docs/decisions/015).
 */
@Schema({ collection: 'audit_log', versionKey: false })
export class AuditEntry {
  _id: Types.ObjectId;

  /** Place in the chain, from 1, without gaps. */
  @Prop({ type: Number, required: true })
  seq: number;

  /** Null for what the system did by itself. */
  @Prop({ type: Types.ObjectId, default: null })
  actor: Types.ObjectId | null;

  @Prop({ type: String, required: true })
  action: string;

  @Prop({ type: Types.ObjectId, required: true })
  target: Types.ObjectId;

  /** Of whom `changes` tells more than ids: erased with their account. */
  @Prop({ type: Types.ObjectId, default: null })
  person: Types.ObjectId | null;

  @Prop({ type: Date, required: true })
  at: Date;

  /** SHA-256 of salt and changes, in hexadecimal digits. */
  @Prop({ type: String, required: true })
  digest: string;

  /** The hash of the entry before; of the first one, zeros. */
  @Prop({ type: String, required: true })
  previous: string;

  @Prop({ type: String, required: true })
  hash: string;

  /** Null once the account of `person` is erased. */
  @Prop({ type: Object, default: null })
  changes: Record<string, AuditChange> | null;

  /** Goes with `changes`: without it the digest cannot be guessed back to them. */
  @Prop({ type: String, default: null })
  salt: string | null;
}

export const AuditEntrySchema = SchemaFactory.createForClass(AuditEntry);

// One row a place, so the chain cannot fork. The last one; the verification. Partial: rows older than the chain have none.
AuditEntrySchema.index(
  { seq: 1 },
  { name: AUDIT_SEQ_INDEX, unique: true, partialFilterExpression: { seq: { $gt: 0 } } },
);
// GET /admin/audit by what was acted on, by who acted, and by what they did; newest first. Other names than the indexes had that
// went by _id: MongoDB refuses to change one under its name.
AuditEntrySchema.index({ target: 1, seq: -1 }, { name: 'audit_by_target' });
AuditEntrySchema.index({ actor: 1, seq: -1 }, { name: 'audit_by_actor' });
AuditEntrySchema.index({ action: 1, seq: -1 }, { name: 'audit_by_action' });
// AuditLog.access: the last look of one person at the same.
AuditEntrySchema.index({ actor: 1, target: 1, action: 1, at: -1 }, { name: 'audit_look' });
// The erasure of whom it tells of.
AuditEntrySchema.index(
  { person: 1 },
  { name: 'audit_person', partialFilterExpression: { person: { $type: 'objectId' } } },
);
