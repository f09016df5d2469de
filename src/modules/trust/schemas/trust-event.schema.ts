import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/** `report`: a report was upheld; `report_overturned`: an appeal took that back. */
export const TRUST_EVENT_KINDS = [
  'rescue',
  'help',
  'booking',
  'report',
  'report_overturned',
] as const;
export type TrustEventKind = (typeof TRUST_EVENT_KINDS)[number];

/** What an event came of: an emergency, a help request, a booking, a report. */
export interface TrustSource {
  kind: 'emergency' | 'help_request' | 'booking' | 'report';
  id: Types.ObjectId;
}

/**
 * Why somebody has the trust they have: append-only, ids alone. The score is a function of these and nothing else, so each
 * holds what it was worth at its time: the points, and the standing of who gave their word.
 */
@Schema({ collection: 'trust_events', versionKey: false })
export class TrustEvent {
  _id: Types.ObjectId;

  @Prop({ type: String, enum: TRUST_EVENT_KINDS, required: true })
  kind: TrustEventKind;

  /** Before standing, age and caps; below 0 for what takes, 0 for a rating that gives nothing. */
  @Prop({ required: true })
  points: number;

  /** The standing of the counterpart when they gave their word, 0 to 1; 1 where there is none. */
  @Prop({ required: true })
  weight: number;

  /** Whose trust it is. */
  @Prop({ type: Types.ObjectId, required: true })
  subject: Types.ObjectId;

  /** Who gave their word; null for what moderators decided. */
  @Prop({ type: Types.ObjectId, default: null })
  counterpart: Types.ObjectId | null;

  @Prop({ type: Object, required: true })
  source: TrustSource;

  /** When it happened; of an overturned report when that report was upheld, so that the two cancel at every age. */
  @Prop({ type: Date, required: true })
  at: Date;
}

export const TrustEventSchema = SchemaFactory.createForClass(TrustEvent);

// A cause counts once: one rescue of each helper in an emergency, one rating of a request, one review of a booking.
TrustEventSchema.index(
  { 'source.id': 1, subject: 1, kind: 1 },
  { name: 'trust_event_source', unique: true },
);
// A person's record: GET /users/me/trust/events.
TrustEventSchema.index({ subject: 1, _id: -1 }, { name: 'trust_event_of_subject' });
// TrustRecords: the links among the counterparts of a person.
TrustEventSchema.index({ subject: 1, counterpart: 1 }, { name: 'trust_event_pair' });
// TrustRecords: for whom somebody has vouched, all of them and among some.
TrustEventSchema.index({ counterpart: 1, subject: 1 }, { name: 'trust_event_of_counterpart' });
