import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import { DEFAULT_TIER, type Tier, TIER_NAMES } from '../../../common/entitlements/tiers';
import type { GeoPoint } from '../../../common/geo/geo';

export const ORGANIZATION_TYPES = [
  'apartment',
  'college',
  'university',
  'ngo',
  'community_center',
  'company',
  'government',
  'other',
] as const;
export type OrganizationType = (typeof ORGANIZATION_TYPES)[number];

/** How one comes in: by oneself, by asking an admin, or with an invitation alone. An invitation opens every door. */
export const JOIN_POLICIES = ['open', 'request', 'invitation'] as const;
export type JoinPolicy = (typeof JOIN_POLICIES)[number];

/** Whom the SOS of a member alerts beside the helpers. */
export const MEMBER_ALERTS = ['none', 'admins', 'members'] as const;
export type MemberAlert = (typeof MEMBER_ALERTS)[number];

export interface EmergencySettings {
  alert: MemberAlert;
  radiusMeters: number;
}

export const NO_EMERGENCY_ALERTS: Readonly<EmergencySettings> = Object.freeze({
  alert: 'none',
  radiusMeters: 5000,
});

/**
 * A community with members. Its place is where the house or the office stands: it is published, as that of a business.
 */
@Schema({ collection: 'organizations', timestamps: true, versionKey: false })
export class Organization {
  _id: Types.ObjectId;

  @Prop({ required: true })
  name: string;

  @Prop({ type: String, enum: ORGANIZATION_TYPES, required: true })
  type: OrganizationType;

  @Prop({ type: String, default: null })
  description: string | null;

  @Prop({ type: Object })
  location?: GeoPoint;

  @Prop({ type: String, enum: JOIN_POLICIES, required: true })
  joinPolicy: JoinPolicy;

  /** One of the admins: who answers for the organization. Passes on when they go, and by hand. */
  @Prop({ type: Types.ObjectId, required: true })
  owner: Types.ObjectId;

  /** Rows in `memberships`. Whoever comes or goes changes it by a condition, so the capacity holds under any rush. */
  @Prop({ required: true })
  memberCount: number;

  /** Admins whose account is not suspended. Goes below one by no way. */
  @Prop({ required: true })
  adminCount: number;

  /** Counts invitations, so that two of one address at the same time conflict. */
  @Prop({ required: true, default: 0 })
  invitationsSent: number;

  /** What it has subscribed to; changed by its subscription alone, in that one's transaction. */
  @Prop({ type: String, enum: TIER_NAMES, default: DEFAULT_TIER })
  tier?: Tier;

  @Prop({ type: Object, required: true })
  emergencySettings: EmergencySettings;

  /** Removed by its owner or by a moderator of the platform: nobody finds it, nobody belongs to it, and what audit needs is kept. */
  @Prop({ required: true, default: false })
  hidden: boolean;

  createdAt: Date;
  updatedAt: Date;
}

export const OrganizationSchema = SchemaFactory.createForClass(Organization);

const WHERE_SHOWN = { partialFilterExpression: { hidden: false } };

// GET /organizations, newest first, and with ?type.
OrganizationSchema.index({ hidden: 1, _id: -1 }, { name: 'organization_newest' });
OrganizationSchema.index({ hidden: 1, type: 1, _id: -1 }, { name: 'organization_by_type' });
// GET /organizations?q=
OrganizationSchema.index(
  { name: 'text', description: 'text' },
  {
    name: 'organization_text',
    weights: { name: 10, description: 1 },
    // Names of places and people, in many languages: words as they stand.
    default_language: 'none',
    ...WHERE_SHOWN,
  },
);
// GET /organizations?latitude=&longitude=&radiusMeters=
OrganizationSchema.index({ location: '2dsphere' }, { name: 'organization_nearby', ...WHERE_SHOWN });
