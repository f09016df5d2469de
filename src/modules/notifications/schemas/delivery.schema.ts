import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import { DAY, SECOND } from '../../../common/time/clock';
import { CHANNELS, type ChannelName } from '../channels/channel';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../deliveries/delivery.transitions';

/** How long what came of a message is kept (docs/notifications.md). */
export const DELIVERY_KEPT_MS = 30 * DAY;

/** Urgent ones first; a number, so that one index serves the workers. */
export const URGENT = 0;
export const ORDINARY = 1;

export interface SubjectRef {
  kind: string;
  id: Types.ObjectId;
}

export interface AttemptRecord {
  at: Date;
  /** `sent`, or why not: a short code, never an address or a text. */
  result: string;
}

/**
 * One message to one address: the row of the outbox. It is written in the transaction of what caused it and holds ids; names
 * and texts are put in when it goes out.
 */
@Schema({ collection: 'deliveries', versionKey: false })
export class Delivery {
  _id: Types.ObjectId;

  /** Names the message: a second one by the same cause to the same address is refused. */
  @Prop({ required: true })
  key: string;

  @Prop({ type: String, enum: CHANNELS, required: true })
  channel: ChannelName;

  /** Whose it is: whoever is told, or in whose name. Their erasure takes the row away. Null: somebody without an account. */
  @Prop({ type: Types.ObjectId, default: null })
  user: Types.ObjectId | null;

  /** The device for push. */
  @Prop({ type: Types.ObjectId, default: null })
  device: Types.ObjectId | null;

  /** What it is about: chooses the composer. */
  @Prop({ required: true })
  kind: string;

  @Prop({ type: Object, required: true })
  subject: SubjectRef;

  /** Whoever caused it: a block between the two takes it away. */
  @Prop({ type: Types.ObjectId, default: null })
  actor: Types.ObjectId | null;

  /** The row of the inbox; null for what has none. */
  @Prop({ type: Types.ObjectId, default: null })
  notification: Types.ObjectId | null;

  /** What its composer needs: ids, numbers, codes. */
  @Prop({ type: Object, default: {} })
  params: Record<string, unknown>;

  /** A whole mail under seal (SealedMail); taken out once it was sent. */
  @Prop({ type: String })
  sealed?: string;

  @Prop({ type: Number, required: true })
  priority: number;

  @Prop({ type: String, enum: DELIVERY_STATUSES, required: true })
  status: DeliveryStatus;

  /** When it is taken up next; while somebody has it, when their lease ends. */
  @Prop({ type: Date, required: true })
  dueAt: Date;

  /** When it was to go out: `dueAt` before any attempt. */
  @Prop({ type: Date, required: true })
  wantedAt: Date;

  /** Of whoever has it: a result counts only under the token of the last lease. */
  @Prop({ type: String, default: null })
  lease: string | null;

  @Prop({ required: true })
  attempts: number;

  /** The latest attempts. */
  @Prop({ type: [Object], default: [] })
  log: AttemptRecord[];

  /** Not sent any more after this. */
  @Prop({ type: Date, default: null })
  expiresAt: Date | null;

  @Prop({ type: Date, required: true })
  createdAt: Date;

  /** When it was sent, dropped or buried. */
  @Prop({ type: Date, default: null })
  endedAt: Date | null;
}

export const DeliverySchema = SchemaFactory.createForClass(Delivery);

DeliverySchema.index({ key: 1 }, { name: 'delivery_key', unique: true });
// DeliveryQueue.claim: what is due on a channel, the urgent first.
DeliverySchema.index(
  { channel: 1, priority: 1, dueAt: 1 },
  { name: 'delivery_due', partialFilterExpression: { status: 'pending' } },
);
// The moderators' list of dead letters, newest first.
DeliverySchema.index(
  { status: 1, _id: -1 },
  { name: 'delivery_dead', partialFilterExpression: { status: 'dead' } },
);
// Erasure and blocks: what is somebody's, and caused by somebody.
DeliverySchema.index({ user: 1, actor: 1 }, { name: 'delivery_user' });
// What was tried about a subject.
DeliverySchema.index({ 'subject.id': 1, _id: 1 }, { name: 'delivery_subject' });
// Retention.
DeliverySchema.index(
  { endedAt: 1 },
  { name: 'delivery_kept', expireAfterSeconds: DELIVERY_KEPT_MS / SECOND },
);
