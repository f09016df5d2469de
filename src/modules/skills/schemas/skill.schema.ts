import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import type { GeoPoint } from '../../../common/geo/geo';
import type { WeeklyHours } from '../../../common/time/weekly-hours';

export const SKILL_CATEGORIES = [
  'tutoring',
  'tech_support',
  'home_repair',
  'cleaning',
  'cooking',
  'pet_care',
  'fitness',
  'beauty',
  'music',
  'art',
  'photography',
  'writing',
  'translation',
  'other',
] as const;
export type SkillCategory = (typeof SKILL_CATEGORIES)[number];

export const PRICING_TYPES = ['free', 'hourly', 'fixed', 'negotiable'] as const;
export type PricingType = (typeof PRICING_TYPES)[number];

export const SKILL_STATUSES = ['active', 'paused'] as const;
export type SkillStatus = (typeof SKILL_STATUSES)[number];

export interface Pricing {
  type: PricingType;
  /** Minor units of the currency. 0 for free, so that it counts as the lowest price; null where nothing is said. */
  amountMinor: number | null;
  /** Null for free, which is so in every currency, and where no price is said. */
  currency: string | null;
}

/** What one person offers to others. */
@Schema({ collection: 'skills', versionKey: false })
export class Skill {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  owner: Types.ObjectId;

  @Prop({ type: String, enum: SKILL_STATUSES, required: true })
  status: SkillStatus;

  /** The owner is suspended: nobody but staff sees it meanwhile. */
  @Prop({ required: true })
  ownerHidden: boolean;

  /** Taken away for good, by its owner or a moderator; kept for audit. */
  @Prop({ required: true })
  removed: boolean;

  @Prop({ type: Types.ObjectId, default: null })
  removedBy: Types.ObjectId | null;

  /** Number of the last event of the listing. */
  @Prop({ required: true })
  seq: number;

  /** Counts the bookings that were asked for: what a request and a removal that race it have in common. */
  @Prop({ required: true })
  requests: number;

  @Prop({ required: true })
  title: string;

  @Prop({ type: String, enum: SKILL_CATEGORIES, required: true })
  category: SkillCategory;

  @Prop({ required: true })
  description: string;

  @Prop({ type: [String], required: true })
  tags: string[];

  @Prop({ type: Object, required: true })
  pricing: Pricing;

  @Prop({ type: Object, required: true })
  availability: WeeklyHours;

  /** The exact place, for the owner and for clients whose booking was accepted; no search ever looks at it. */
  @Prop({ type: Object, default: null })
  location: GeoPoint | null;

  /** The centre of the coarse cell: what is searched, sorted and measured by. Null, as the place, once the owner is erased. */
  @Prop({ type: Object, default: null })
  cell: GeoPoint | null;

  /** How far from their place the owner comes. */
  @Prop({ required: true })
  serviceRadiusMeters: number;

  @Prop({ required: true })
  ratingCount: number;

  @Prop({ required: true })
  ratingSum: number;

  /** The average, kept for sorting; 0 without a review. */
  @Prop({ required: true })
  rating: number;

  @Prop({ type: Date, required: true })
  createdAt: Date;

  @Prop({ type: Date, required: true })
  updatedAt: Date;
}

/** What everybody may find. Each search has it in its filter, and the indexes of the search hold nothing else. */
export const LISTED = Object.freeze({ status: 'active', ownerHidden: false, removed: false });

export const SkillSchema = SchemaFactory.createForClass(Skill);

const listed = { partialFilterExpression: { ...LISTED } };
// ?q, with mine=true of paused ones too: a word in the title says more than one in the tags, and that more than one in the description. `language_override`
// names a field that no listing has, or a listing could choose how it is read.
SkillSchema.index(
  { title: 'text', tags: 'text', description: 'text' },
  {
    name: 'skill_words',
    weights: { title: 10, tags: 5, description: 1 },
    default_language: 'english',
    language_override: 'textIndexLanguage',
    partialFilterExpression: { removed: false },
  },
);
// ?latitude&longitude, alone and within a category.
SkillSchema.index({ cell: '2dsphere' }, { name: 'skill_cell', ...listed });
SkillSchema.index({ category: 1, cell: '2dsphere' }, { name: 'skill_category_cell', ...listed });
// sort=newest, alone and within a category.
SkillSchema.index({ status: 1, _id: -1 }, { name: 'skill_newest', ...listed });
SkillSchema.index({ category: 1, _id: -1 }, { name: 'skill_category_newest', ...listed });
// sort=rating and minRating, alone and within a category.
SkillSchema.index({ rating: -1, _id: -1 }, { name: 'skill_rating', ...listed });
SkillSchema.index(
  { category: 1, rating: -1, _id: -1 },
  { name: 'skill_category_rating', ...listed },
);
// sort=price, minPrice and maxPrice, alone and within a category.
SkillSchema.index(
  { 'pricing.currency': 1, 'pricing.amountMinor': 1, _id: 1 },
  { name: 'skill_price', ...listed },
);
SkillSchema.index(
  { category: 1, 'pricing.currency': 1, 'pricing.amountMinor': 1, _id: 1 },
  { name: 'skill_category_price', ...listed },
);
// availableAt: which time zones there are at all.
SkillSchema.index({ 'availability.timeZone': 1 }, { name: 'skill_time_zone', ...listed });
// GET /skills?mine=true with any other filter and sort, and all of a person's when their account changes.
SkillSchema.index({ owner: 1, _id: -1 }, { name: 'skill_by_owner' });
