import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import type { Place } from '../../../common/geo/geo';
import type { LeaveReason } from './emergency.schema';

export const ALERT_STATUSES = [
  'queued',
  'sent',
  'delivered',
  'seen',
  'accepted',
  'declined',
  'withdrawn',
  'expired',
] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

/** Told, or about to be, and not answered yet. */
export const PENDING_ALERT: readonly AlertStatus[] = ['queued', 'sent', 'delivered', 'seen'];

export const ONE_ENGAGEMENT_INDEX = 'alert_one_engagement_per_helper';

/** Why somebody is told who need not be a verified helper: an organization of the requester wishes it. */
export interface AlertVia {
  organization: Types.ObjectId;
  /** How far from the emergency its members are told, in metres; null: however far. */
  reachMeters: number | null;
}

/** One helper, or one member of an organization of the requester, being told of one emergency. */
@Schema({ collection: 'alerts', versionKey: false })
export class Alert {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  emergency: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  helper: Types.ObjectId;

  @Prop({ type: String, enum: ALERT_STATUSES, required: true })
  status: AlertStatus;

  /** Absent for verified helpers. */
  @Prop({ type: Object })
  via?: AlertVia;

  /** True while the helper is on the way or there: a helper can be engaged in one emergency only. */
  @Prop({ type: Boolean })
  engaged?: boolean;

  @Prop({ required: true })
  wave: number;

  /** How often this helper was alerted to this emergency; more than 1 after it was opened again. */
  @Prop({ required: true })
  attempt: number;

  /** Place in the wave's ranking, from 1. */
  @Prop({ required: true })
  rank: number;

  /** To the centre of the coarse cell, rounded to 100 m, as it was when the alert was made. */
  @Prop({ required: true })
  distanceMeters: number;

  /** Centre of the coarse cell that the helper was told. */
  @Prop({ type: Object, required: true })
  cell: Place;

  @Prop({ type: String, default: null })
  declineReason: string | null;

  @Prop({ type: String, default: null })
  withdrawnBecause: LeaveReason | null;

  @Prop({ type: Date, required: true })
  queuedAt: Date;

  @Prop({ type: Date, default: null })
  sentAt: Date | null;

  @Prop({ type: Date, default: null })
  deliveredAt: Date | null;

  @Prop({ type: Date, default: null })
  seenAt: Date | null;

  @Prop({ type: Date, default: null })
  answeredAt: Date | null;

  /** The attempt that stands in the helper's inbox; absent before the first. */
  @Prop({ type: Number })
  noticed?: number;

  /** How far this attempt was taken beyond the socket (escalation.policy.ts); absent while it was not. */
  @Prop({ type: Number })
  escalated?: number;
}

export const AlertSchema = SchemaFactory.createForClass(Alert);

AlertSchema.index(
  { emergency: 1, helper: 1 },
  { name: 'alert_once_per_emergency_and_helper', unique: true },
);
AlertSchema.index({ helper: 1, status: 1 }, { name: 'alert_pending_of_helper' });
AlertSchema.index(
  { helper: 1 },
  { name: ONE_ENGAGEMENT_INDEX, unique: true, partialFilterExpression: { engaged: true } },
);
