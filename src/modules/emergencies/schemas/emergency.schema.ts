import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import type { GeoPoint } from '../../../common/geo/geo';
import {
  EMERGENCY_STATUSES,
  type EmergencyStatus,
  RESPONSE_STATUSES,
  type ResponseStatus,
} from '../emergency.transitions';

export const EMERGENCY_TYPES = [
  'medical',
  'safety',
  'assault',
  'accident',
  'fire',
  'natural_disaster',
  'other',
] as const;
export type EmergencyType = (typeof EMERGENCY_TYPES)[number];

export const OUTCOMES = ['helped', 'false_alarm', 'professional_help', 'other'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Why a helper is no longer told or no longer comes. `helper`: their own choice, which they may take back. */
export type LeaveReason =
  | 'helper'
  | 'sent_away'
  | 'blocked'
  | 'suspended'
  | 'unverified'
  | 'erased'
  | 'out_of_reach'
  /** The organization that they were alerted through has no part in it any more. */
  | 'not_shared';

export const ONE_LIVE_INDEX = 'emergency_one_live_per_requester';
export const REQUEST_ID_INDEX = 'emergency_request_id';

export interface EmergencyLocation {
  point: GeoPoint;
  accuracyMeters: number | null;
  source: 'device' | 'last_known';
  updatedAt: Date;
}

/** What dispatch has done and does next; the sweeper of any node goes on from here. */
export interface DispatchState {
  /** Waves committed so far. A wave commits only on the number it began with. */
  wave: number;
  /** When discovery is due again; null while nobody needs to be looked for. */
  nextAt: Date | null;
  lease: { token: string; until: Date } | null;
  /** The place that the last wave searched around. */
  origin: GeoPoint | null;
  /** The next wave alerts again those who were alerted before. */
  reopened: boolean;
  /** The wave to the members of the requester's organizations: when it is due, and whether it tells again who was told. */
  members: { dueAt: Date | null; again: boolean };
}

@Schema({ _id: false })
export class Response {
  @Prop({ type: Types.ObjectId, required: true })
  helper: Types.ObjectId;

  @Prop({ type: String, enum: RESPONSE_STATUSES, required: true })
  status: ResponseStatus;

  @Prop({ type: Number, default: null })
  etaSeconds: number | null;

  @Prop({ type: Date, required: true })
  respondedAt: Date;

  @Prop({ type: Date, default: null })
  arrivedAt: Date | null;

  /** Whether the helper's last position was within 150 m on arrival; null when unknown. */
  @Prop({ type: Boolean, default: null })
  arrivedNearby: boolean | null;

  /** When the requester said that this helper really came; null until then. */
  @Prop({ type: Date, default: null })
  confirmedAt: Date | null;

  /** The last event of the timeline that this helper may see, once they left. */
  @Prop({ type: Number, default: null })
  leftSeq: number | null;

  @Prop({ type: String, default: null })
  leftBecause: LeaveReason | null;
}
const ResponseSchema = SchemaFactory.createForClass(Response);

@Schema({ collection: 'emergencies', versionKey: false })
export class Emergency {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  requester: Types.ObjectId;

  /** The client's name for this request; absent when it gave none. */
  @Prop({ type: String })
  requestId?: string;

  @Prop({ type: String })
  requestHash?: string;

  @Prop({ type: String, enum: EMERGENCY_TYPES, required: true })
  type: EmergencyType;

  @Prop({ type: String, enum: EMERGENCY_STATUSES, required: true })
  status: EmergencyStatus;

  /** True until a terminal status; what the partial unique index hangs on. */
  @Prop({ required: true })
  live: boolean;

  /** Number of the last event of the timeline. */
  @Prop({ required: true })
  seq: number;

  @Prop({ type: String, default: null })
  description: string | null;

  @Prop({ required: true })
  anonymous: boolean;

  @Prop({ required: true })
  silent: boolean;

  @Prop({ type: Object, default: null })
  location: EmergencyLocation | null;

  @Prop({ required: true })
  radiusMeters: number;

  @Prop({ type: [ResponseSchema], default: [] })
  responses: Response[];

  @Prop({ type: Object, required: true })
  dispatch: DispatchState;

  @Prop({ type: String, enum: OUTCOMES, default: null })
  outcome: Outcome | null;

  /** What the person who ended it wrote: notes of a resolution, the reason of a cancellation. */
  @Prop({ type: String, default: null })
  endNotes: string | null;

  @Prop({ type: Types.ObjectId, default: null })
  endedBy: Types.ObjectId | null;

  @Prop({ type: Date, required: true })
  createdAt: Date;

  @Prop({ type: Date, default: null })
  respondingAt: Date | null;

  @Prop({ type: Date, required: true })
  expiresAt: Date;

  /** When the system resolves it unless the requester objects; set while every responder left says completed. */
  @Prop({ type: Date, default: null })
  completionDueAt: Date | null;

  /** When the requester last said that it was not over: completions of those who accepted before count no more. */
  @Prop({ type: Date, default: null })
  objectedAt: Date | null;

  @Prop({ type: Date, default: null })
  endedAt: Date | null;

  /** When it is looked at next whether the alerts arrived; absent while there is nothing to look for. */
  @Prop({ type: Date })
  escalateAt?: Date;

  /** When helpers were first texted about it (AlertTexts); absent where none was. */
  @Prop({ type: Date })
  textedAt?: Date;

  /** When the requester's emergency contacts are to be told something; absent while there is nothing. */
  @Prop({ type: Date })
  contactsAt?: Date;

  /** When they were told of the SOS; absent where nobody was. */
  @Prop({ type: Date })
  contactsToldAt?: Date;

  /** When what was written in it is deleted; set at the end, gone with the messages. */
  @Prop({ type: Date })
  messagesUntil?: Date;

  /** How often a block, a suspension or an erasure took an alert back; absent where none did. */
  @Prop({ type: Number })
  alertsTakenBack?: number;
}

/**
 * Takes the place of the live emergency of an account that was erased, for good: the unique index lets nobody raise one any
 * more. It has no status and no dates, so that nothing which looks for emergencies to act on finds it.
 */
export interface ErasedRequester {
  _id: Types.ObjectId;
  requester: Types.ObjectId;
  live: true;
  erased: true;
}

export const EmergencySchema = SchemaFactory.createForClass(Emergency);

EmergencySchema.index(
  { requester: 1 },
  { name: ONE_LIVE_INDEX, unique: true, partialFilterExpression: { live: true } },
);
EmergencySchema.index(
  { requester: 1, requestId: 1 },
  {
    name: REQUEST_ID_INDEX,
    unique: true,
    partialFilterExpression: { requestId: { $type: 'string' } },
  },
);
const whileLive = { partialFilterExpression: { live: true } };
EmergencySchema.index({ 'dispatch.nextAt': 1 }, { name: 'emergency_dispatch_due', ...whileLive });
// The sweeper: waves to members that no node has begun, or that one began and did not finish.
EmergencySchema.index(
  { 'dispatch.members.dueAt': 1 },
  { name: 'emergency_member_wave_due', ...whileLive },
);
// AlertEscalation.due and ContactNotices.due, also after the end. Only what is due has these fields at all.
EmergencySchema.index(
  { escalateAt: 1 },
  { name: 'emergency_escalation_due', partialFilterExpression: { escalateAt: { $exists: true } } },
);
EmergencySchema.index(
  { contactsAt: 1 },
  { name: 'emergency_contacts_due', partialFilterExpression: { contactsAt: { $exists: true } } },
);
// The sweeper: whose messages are over.
EmergencySchema.index({ messagesUntil: 1 }, { name: 'emergency_messages_over', sparse: true });
EmergencySchema.index({ expiresAt: 1 }, { name: 'emergency_expiry', ...whileLive });
EmergencySchema.index({ completionDueAt: 1 }, { name: 'emergency_completion_due', ...whileLive });
EmergencySchema.index({ requester: 1, _id: -1 }, { name: 'emergency_by_requester' });
EmergencySchema.index({ 'responses.helper': 1, _id: -1 }, { name: 'emergency_by_helper' });
