import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import type { PricingType } from '../../schemas/skill.schema';
import { BOOKING_STATUSES, type BookingStatus } from '../booking.transitions';

/** Why the system cancelled a booking. Between whom a block stands is nobody else's to know: see `publicReason`. */
export const REVOCATION_REASONS = ['blocked', 'suspended', 'erased', 'removed'] as const;
export type RevocationReason = (typeof REVOCATION_REASONS)[number];

export const BOOKINGS_COLLECTION = 'bookings';

/** What was agreed on, whatever the listing says later. */
export interface BookingPrice {
  type: PricingType;
  /** Minor units of the currency: for an hour or for all of it, as `type` says; null where it is to be talked about. */
  amountMinor: number | null;
  currency: string | null;
  /** For the whole booking; null where it is to be talked about. */
  totalMinor: number | null;
}

@Schema({ collection: BOOKINGS_COLLECTION, versionKey: false })
export class Booking {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  skill: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  owner: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  client: Types.ObjectId;

  @Prop({ type: String, enum: BOOKING_STATUSES, required: true })
  status: BookingStatus;

  /** True until a terminal status; what the partial indexes hang on. */
  @Prop({ required: true })
  open: boolean;

  /** Number of the last event of the timeline. */
  @Prop({ required: true })
  seq: number;

  @Prop({ type: Date, required: true })
  startsAt: Date;

  /** The first moment that is free again. */
  @Prop({ type: Date, required: true })
  endsAt: Date;

  /** Whether all of it lay inside the availability of the listing when it was asked for. */
  @Prop({ required: true })
  insideAvailability: boolean;

  @Prop({ type: String, default: null })
  note: string | null;

  @Prop({ type: Object, required: true })
  price: BookingPrice;

  /** When the system ends it unless somebody does before; null once it has ended. */
  @Prop({ type: Date, default: null })
  dueAt: Date | null;

  /** What the person who declined or cancelled it wrote. */
  @Prop({ type: String, default: null })
  reason: string | null;

  @Prop({ type: Types.ObjectId, default: null })
  endedBy: Types.ObjectId | null;

  @Prop({ type: String, enum: REVOCATION_REASONS, default: null })
  revokedBecause: RevocationReason | null;

  @Prop({ type: Date, required: true })
  createdAt: Date;

  @Prop({ type: Date, default: null })
  acceptedAt: Date | null;

  @Prop({ type: Date, default: null })
  endedAt: Date | null;

  @Prop({ type: Date, default: null })
  reviewedAt: Date | null;

  /** The payment of the price; null until it has succeeded, and once all of it was given back. */
  @Prop({ type: Types.ObjectId, default: null })
  paidBy: Types.ObjectId | null;

  @Prop({ type: Date, default: null })
  paidAt: Date | null;
}

export const BookingSchema = SchemaFactory.createForClass(Booking);

// GET /bookings, newest first; without `as` the two are merged.
BookingSchema.index({ client: 1, _id: -1 }, { name: 'booking_by_client' });
BookingSchema.index({ owner: 1, _id: -1 }, { name: 'booking_by_owner' });
// What overlaps with a booking that is about to be accepted, and who is taken at a moment (search by `availableAt`).
BookingSchema.index(
  { owner: 1, endsAt: 1 },
  { name: 'booking_accepted_times', partialFilterExpression: { status: 'accepted' } },
);
const whileOpen = { partialFilterExpression: { open: true } };
// What the sweeper ends.
BookingSchema.index({ dueAt: 1 }, { name: 'booking_due', ...whileOpen });
// What ends with a listing, a block, a suspension, an account; what of one client waits for the answer of one owner.
BookingSchema.index({ skill: 1 }, { name: 'booking_open_by_skill', ...whileOpen });
BookingSchema.index({ owner: 1, client: 1 }, { name: 'booking_open_by_owner', ...whileOpen });
BookingSchema.index({ client: 1, owner: 1 }, { name: 'booking_open_by_client', ...whileOpen });
