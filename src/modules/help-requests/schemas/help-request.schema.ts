import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import type { GeoPoint } from '../../../common/geo/geo';
import { HELP_REQUEST_STATUSES, type HelpRequestStatus } from '../help-request.transitions';

export const HELP_CATEGORIES = [
  'moving',
  'tech_support',
  'tutoring',
  'delivery',
  'pet_care',
  'home_repair',
  'cleaning',
  'yard_work',
  'shopping',
  'transportation',
  'other',
] as const;
export type HelpCategory = (typeof HELP_CATEGORIES)[number];

export const HELP_PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;
export type HelpPriority = (typeof HELP_PRIORITIES)[number];

/** What is paid, in minor units of the currency. Of a budget at most this, of an offer exactly this. */
export interface Price {
  amountMinor: number;
  currency: string;
  negotiable: boolean;
}

/** Somebody needs help that is not urgent, and waits for offers. */
@Schema({ collection: 'help_requests', versionKey: false })
export class HelpRequest {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  requester: Types.ObjectId;

  @Prop({ required: true })
  title: string;

  /** Null once the requester's account is erased. */
  @Prop({ type: String, default: null })
  description: string | null;

  @Prop({ type: String, enum: HELP_CATEGORIES, required: true })
  category: HelpCategory;

  @Prop({ type: String, enum: HELP_PRIORITIES, required: true })
  priority: HelpPriority;

  @Prop({ type: Object, default: null })
  budget: Price | null;

  /** The exact place, for the requester and the chosen helper. Null once the requester's account is erased. */
  @Prop({ type: Object, default: null })
  location: GeoPoint | null;

  /** The centre of the coarse cell: all that filters, sorts and distances use. */
  @Prop({ type: Object, required: true })
  cell: GeoPoint;

  /** From how far away helpers are looked for, in metres. */
  @Prop({ required: true })
  radiusMeters: number;

  @Prop({ type: Date, default: null })
  neededBy: Date | null;

  @Prop({ type: String, enum: HELP_REQUEST_STATUSES, required: true })
  status: HelpRequestStatus;

  /** Number of the last event of the timeline. */
  @Prop({ required: true })
  seq: number;

  /** How many people have offered, whatever became of it. */
  @Prop({ required: true })
  offerCount: number;

  /** When somebody last offered: written with each offer, so that it excludes what ends the request or chooses another. */
  @Prop({ type: Date, default: null })
  lastOfferAt: Date | null;

  /** The offer that was accepted; stays after the end. */
  @Prop({ type: Types.ObjectId, default: null })
  chosenOffer: Types.ObjectId | null;

  @Prop({ type: Types.ObjectId, default: null })
  chosenHelper: Types.ObjectId | null;

  /** When the chosen helper said done; null again when the requester objected. */
  @Prop({ type: Date, default: null })
  doneAt: Date | null;

  /** When the system completes it unless the requester objects. */
  @Prop({ type: Date, default: null })
  completionDueAt: Date | null;

  /** Who has rated: each side once. */
  @Prop({ type: [Types.ObjectId], default: [] })
  ratedBy: Types.ObjectId[];

  @Prop({ type: String, default: null })
  cancelReason: string | null;

  @Prop({ type: Types.ObjectId, default: null })
  endedBy: Types.ObjectId | null;

  @Prop({ type: Date, required: true })
  createdAt: Date;

  @Prop({ type: Date, required: true })
  expiresAt: Date;

  @Prop({ type: Date, default: null })
  endedAt: Date | null;

  /** When what was written about it is deleted; set at the end, gone with the messages. */
  @Prop({ type: Date })
  messagesUntil?: Date;

  /** The payment of the accepted offer; null until it has succeeded, and once all of it was given back. */
  @Prop({ type: Types.ObjectId, default: null })
  paidBy: Types.ObjectId | null;

  @Prop({ type: Date, default: null })
  paidAt: Date | null;

  /** Taken away by its requester or a moderator: nobody but moderators sees it. */
  @Prop({ type: Date, default: null })
  removedAt: Date | null;

  /** The requester's account is suspended: hidden until it is not. */
  @Prop({ required: true })
  ownerHidden: boolean;
}

export const HelpRequestSchema = SchemaFactory.createForClass(HelpRequest);

// Nearby: GET /help-requests?latitude&longitude, with either sort.
HelpRequestSchema.index({ status: 1, cell: '2dsphere' }, { name: 'help_request_nearby' });
// Newest first without a place: GET /help-requests.
HelpRequestSchema.index(
  { status: 1, createdAt: -1, _id: -1 },
  { name: 'help_request_newest_of_status' },
);
// GET /help-requests?category=
HelpRequestSchema.index(
  { category: 1, status: 1, createdAt: -1, _id: -1 },
  { name: 'help_request_newest_of_category' },
);
// GET /help-requests?mine=true, with and without a status; a requester's suspension and erasure.
HelpRequestSchema.index(
  { requester: 1, createdAt: -1, _id: -1 },
  { name: 'help_request_of_requester' },
);
// GET /help-requests?status= of what has ended, for those who helped.
HelpRequestSchema.index(
  { chosenHelper: 1, createdAt: -1, _id: -1 },
  { name: 'help_request_of_helper' },
);
// The sweeper: whose messages are over.
HelpRequestSchema.index({ messagesUntil: 1 }, { name: 'help_request_messages_over', sparse: true });
// The sweeper: what expires.
HelpRequestSchema.index(
  { expiresAt: 1 },
  { name: 'help_request_expiry', partialFilterExpression: { status: 'open' } },
);
// The sweeper: what is completed without objection.
HelpRequestSchema.index(
  { completionDueAt: 1 },
  { name: 'help_request_completion', partialFilterExpression: { status: 'in_progress' } },
);
