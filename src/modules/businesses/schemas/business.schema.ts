import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import { DEFAULT_TIER, type Tier, TIER_NAMES } from '../../../common/entitlements/tiers';
import type { GeoPoint } from '../../../common/geo/geo';
import type { DatedHours, WeeklyHours } from '../../../common/time/weekly-hours';
import { Promotion, PromotionSchema } from './promotion.schema';

export const BUSINESS_CATEGORIES = [
  'restaurant',
  'retail',
  'services',
  'healthcare',
  'education',
  'entertainment',
  'automotive',
  'home_improvement',
  'other',
] as const;
export type BusinessCategory = (typeof BUSINESS_CATEGORIES)[number];

/** Where customers reach a business. All of it is public. */
export interface Contact {
  phone: string | null;
  email: string | null;
  website: string | null;
}

export interface OpeningHours extends WeeklyHours {
  /** Dates whose hours differ from those of their weekday. */
  exceptions: DatedHours[];
}

/** A removed business is hidden from all but staff, and never comes back. */
export type BusinessStatus = 'active' | 'removed';

@Schema({ collection: 'businesses', versionKey: false })
export class Business {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  owner: Types.ObjectId;

  @Prop({ type: [Types.ObjectId], default: [] })
  managers: Types.ObjectId[];

  @Prop({ required: true })
  name: string;

  @Prop({ type: String, enum: BUSINESS_CATEGORIES, required: true })
  category: BusinessCategory;

  @Prop({ required: true })
  description: string;

  @Prop({ type: Object, required: true })
  contact: Contact;

  /** Exact and public: a shop wants to be found. */
  @Prop({ type: Object, required: true })
  location: GeoPoint;

  /** Null: not said, so nobody knows whether it is open. */
  @Prop({ type: Object, default: null })
  openingHours: OpeningHours | null;

  /** A moderator checked that it is what its name, category and place say. */
  @Prop({ required: true })
  verified: boolean;

  /** Goes up when name, category or place change, so that a moderator verifies what they looked at. */
  @Prop({ required: true })
  revision: number;

  /** What it has subscribed to; changed by its subscription alone, in that one's transaction. */
  @Prop({ type: String, enum: TIER_NAMES, default: DEFAULT_TIER })
  tier?: Tier;

  /** Goes up when somebody does something by right of running it: taking the right away at the same time conflicts. */
  @Prop({ default: 0 })
  used?: number;

  @Prop({ type: [PromotionSchema], default: [] })
  promotions: Promotion[];

  @Prop({ type: String, required: true })
  status: BusinessStatus;

  /** While its owner is suspended. */
  @Prop({ required: true })
  ownerHidden: boolean;

  /** Number of the last event of the timeline. */
  @Prop({ required: true })
  seq: number;

  @Prop({ type: Date, required: true })
  createdAt: Date;

  @Prop({ type: Date, required: true })
  updatedAt: Date;

  @Prop({ type: Date, default: null })
  removedAt: Date | null;
}

/** What others may find. Stands in every search, as the partial indexes need it to be used. */
export const LISTED = { status: 'active', ownerHidden: false } as const;

export const BusinessSchema = SchemaFactory.createForClass(Business);

const listed = { partialFilterExpression: LISTED };

// GET /businesses with a place, with or without a category.
BusinessSchema.index(
  { location: '2dsphere', category: 1 },
  { name: 'business_location', ...listed },
);
// GET /businesses?q=…, with whatever else. No language: names are words of all languages, and a stop word of one is a name
// in another.
BusinessSchema.index(
  { name: 'text', description: 'text' },
  {
    name: 'business_text',
    weights: { name: 10, description: 1 },
    default_language: 'none',
    language_override: 'textLanguage',
    ...listed,
  },
);
// GET /businesses without place and words, newest first; the second with a category.
BusinessSchema.index({ status: 1, ownerHidden: 1, _id: -1 }, { name: 'business_newest' });
BusinessSchema.index(
  { status: 1, ownerHidden: 1, category: 1, _id: -1 },
  { name: 'business_category' },
);
// GET /businesses?verified=… without place and words, newest first: moderators look for who waits.
BusinessSchema.index(
  { status: 1, ownerHidden: 1, verified: 1, _id: -1 },
  { name: 'business_verified' },
);
// GET /businesses?withPromotions=true without place and words: the few that have one which has not ended.
BusinessSchema.index(
  { status: 1, ownerHidden: 1, 'promotions.endsAt': 1 },
  { name: 'business_promoted' },
);
// GET /businesses?openAt=…: the time zones that occur.
BusinessSchema.index(
  { status: 1, ownerHidden: 1, 'openingHours.timeZone': 1 },
  { name: 'business_time_zone' },
);
// GET /businesses?mine=true; erasing, suspending and blocking.
BusinessSchema.index({ owner: 1, _id: -1 }, { name: 'business_owner' });
BusinessSchema.index({ managers: 1, _id: -1 }, { name: 'business_manager' });
// Clicks, reports, changes: the business of a promotion.
BusinessSchema.index({ 'promotions._id': 1 }, { name: 'business_promotion' });
