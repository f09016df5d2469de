import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** What a keyed request was answered, written with its effect. */
@Schema({ collection: 'idempotency_keys', versionKey: false })
export class IdempotencyRecord {
  /** Actor, route and key. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ required: true })
  bodyHash: string;

  @Prop({ type: Number })
  status?: number;

  /** The `data` of a success. */
  @Prop({ type: Object })
  data?: unknown;

  /** The refusal, where it was one. */
  @Prop({ type: Object })
  error?: { code: string; message: string; details?: unknown };

  @Prop({ type: Date, required: true })
  createdAt: Date;
}

export const IdempotencyRecordSchema = SchemaFactory.createForClass(IdempotencyRecord);

const KEPT_SECONDS = 24 * 60 * 60;
IdempotencyRecordSchema.index(
  { createdAt: 1 },
  { name: 'idempotency_ttl', expireAfterSeconds: KEPT_SECONDS },
);
