import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import { DAY, SECOND } from '../../../common/time/clock';
import type { NotificationKind } from '../notification-kinds';
import type { SubjectRef } from './delivery.schema';

/** How long a notification is kept after it was read. */
export const READ_KEPT_MS = 90 * DAY;
/** How long one is kept that nobody ever looks at. */
export const UNREAD_KEPT_MS = 365 * DAY;

export interface NoticeMoney {
  amountMinor: number;
  currency: string;
}

/** What a text may be filled with beside names: ids, numbers, moments, money, codes. Never names or texts of people. */
export type NoticeParam = Types.ObjectId | number | Date | NoticeMoney;

/**
 * A row of somebody's inbox. It holds ids: title and body are made when its reader looks, in their language, with names as they
 * are then, so that nobody who is erased lives on in it.
 */
@Schema({ collection: 'notifications', versionKey: false })
export class Notification {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  user: Types.ObjectId;

  /** What caused it: a second one by the same cause is refused. */
  @Prop({ required: true })
  key: string;

  @Prop({ type: String, required: true })
  kind: NotificationKind;

  @Prop({ type: Object, required: true })
  subject: SubjectRef;

  /** Who did it, if somebody did whom the reader may know. */
  @Prop({ type: Types.ObjectId, default: null })
  actor: Types.ObjectId | null;

  @Prop({ type: Object, default: {} })
  params: Record<string, NoticeParam>;

  @Prop({ required: true })
  unread: boolean;

  @Prop({ type: Date, default: null })
  readAt: Date | null;

  @Prop({ type: Date, required: true })
  createdAt: Date;
}

export const NotificationSchema = SchemaFactory.createForClass(Notification);

NotificationSchema.index({ user: 1, key: 1 }, { name: 'notification_key', unique: true });
// GET /notifications, newest first.
NotificationSchema.index({ user: 1, _id: -1 }, { name: 'notification_inbox' });
// GET /notifications?unread=true, unread-count, and what `all` marks as read.
NotificationSchema.index(
  { user: 1, unread: 1, _id: -1 },
  { name: 'notification_unread', partialFilterExpression: { unread: true } },
);
// A block takes away what one of the two caused the other.
NotificationSchema.index({ user: 1, actor: 1 }, { name: 'notification_actor' });
// Retention.
NotificationSchema.index(
  { readAt: 1 },
  { name: 'notification_read_kept', expireAfterSeconds: READ_KEPT_MS / SECOND },
);
NotificationSchema.index(
  { createdAt: 1 },
  { name: 'notification_kept', expireAfterSeconds: UNREAD_KEPT_MS / SECOND },
);
