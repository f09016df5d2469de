import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/** What an event is about: the domain that wrote it. */
export type EventKind =
  | 'emergency'
  | 'help_request'
  | 'skill'
  | 'booking'
  | 'business'
  | 'organization'
  | 'payment'
  | 'subscription'
  | 'notification'
  | 'verification'
  | 'report'
  | 'moderation';

/** As what somebody acted; which of them a domain knows is its own affair. */
export type EventActorRole =
  | 'requester'
  | 'helper'
  | 'client'
  | 'owner'
  | 'manager'
  | 'member'
  | 'admin'
  | 'moderator'
  | 'system';

export interface EventActor {
  id: Types.ObjectId | null;
  role: EventActorRole;
}

/** Nobody in particular: the system did it by itself. */
export const SYSTEM: EventActor = Object.freeze({ id: null, role: 'system' });

/** Who may be told: everybody in the subject's room, and people who are named. */
export interface EventAudience {
  room: boolean;
  users: Types.ObjectId[];
}

/**
 * The immutable record that something happened, written in the transaction that made it happen: outbox, audit trail and
 * catch-up log in one. It holds ids and coarse cells, never names, texts or exact positions, so that a person can be
 * erased without touching it.
 */
@Schema({ collection: 'events', versionKey: false })
export class EventRecord {
  _id: Types.ObjectId;

  @Prop({ type: String, required: true })
  kind: EventKind;

  @Prop({ type: Types.ObjectId, required: true })
  subject: Types.ObjectId;

  /** Place in the subject's timeline, without gaps from 1; null for what is targeted or ephemeral. */
  @Prop({ type: Number, default: null })
  seq: number | null;

  @Prop({ required: true })
  type: string;

  @Prop({ type: Object, required: true })
  actor: EventActor;

  @Prop({ type: Date, required: true })
  at: Date;

  @Prop({ type: Object, required: true })
  audience: EventAudience;

  @Prop({ type: Object, required: true })
  data: Record<string, unknown>;
}

export const EventSchema = SchemaFactory.createForClass(EventRecord);

EventSchema.index(
  { kind: 1, subject: 1, seq: 1 },
  {
    name: 'event_timeline',
    unique: true,
    partialFilterExpression: { seq: { $gt: 0 } },
  },
);
