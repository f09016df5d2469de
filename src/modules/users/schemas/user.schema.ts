import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import { ROLES, type Role } from '../../../common/auth/actor';
import type { GeoPoint } from '../../../common/geo/geo';
import { HELPER_LOCATION_INDEX } from '../nearest-helpers';

export const USER_STATUSES = ['active', 'suspended', 'erased'] as const;
export type UserStatus = (typeof USER_STATUSES)[number];

export const USER_EMAIL_INDEX = 'user_email';
/** Compares without regard to case, so that the index refuses `A@x.org` beside `a@x.org`. */
export const CASE_INSENSITIVE = { locale: 'en', strength: 2 } as const;

/** Trust runs from 0 to this (docs/design.md: rank divides by it). */
export const TRUST_MAXIMUM = 1000;
/** Where trust starts: the middle, so that a new helper is neither preferred nor passed over. */
export const TRUST_AT_START = 500;

export interface Registration {
  idempotencyKey: string;
  bodyHash: string;
}

@Schema()
export class EmergencyContact {
  _id: Types.ObjectId;

  @Prop({ required: true })
  name: string;

  @Prop({ type: String, default: null })
  email: string | null;

  @Prop({ type: String, default: null })
  phone: string | null;
}
const EmergencyContactSchema = SchemaFactory.createForClass(EmergencyContact);

@Schema({ collection: 'users', timestamps: true })
export class User {
  _id: Types.ObjectId;

  /** Lower case. Absent once the account is erased. */
  @Prop({ type: String })
  email?: string;

  /** Whether whoever has the account showed that mail to this address reaches them. */
  @Prop({ default: false })
  emailVerified: boolean;

  @Prop({ type: String, select: false })
  passwordHash?: string;

  /** The keyed request that made this account, so that its repeat is recognised. The hash is keyed: it covers a password. */
  @Prop({ type: Object, select: false })
  registration?: Registration;

  @Prop({ required: true })
  displayName: string;

  @Prop({ type: String, default: null })
  phone: string | null;

  @Prop({ type: String, default: null })
  bio: string | null;

  @Prop({ type: String, default: null })
  avatarUrl: string | null;

  @Prop({ type: String, enum: ROLES, default: 'user' })
  role: Role;

  /** When `role` was last changed: access tokens older than this carry a role that no longer holds. */
  @Prop({ type: Date, default: null })
  roleChangedAt: Date | null;

  @Prop({ type: String, enum: USER_STATUSES, default: 'active' })
  status: UserStatus;

  /** When the suspension lifts by itself; null: not by itself. */
  @Prop({ type: Date, default: null })
  suspendedUntil: Date | null;

  /** The decision that holds it; null for one that staff set on the account itself. */
  @Prop({ type: Types.ObjectId, default: null })
  suspendedBy: Types.ObjectId | null;

  /** Opted in to be alerted. */
  @Prop({ default: false })
  helper: boolean;

  /** An operator checked this helper; never the user's own to set. */
  @Prop({ default: false })
  verified: boolean;

  /** When `verified` ends by itself. Null where it does not: not verified, or by hand. */
  @Prop({ type: Date, default: null })
  verifiedUntil: Date | null;

  @Prop({ default: false })
  available: boolean;

  @Prop({ type: [String], default: [] })
  skills: string[];

  /** 0–1000, cached from the trust record. */
  @Prop({ default: TRUST_AT_START })
  trustScore: number;

  /** The moment for which `trustScore` holds, as points age; absent where there is nothing that could. */
  @Prop({ type: Date })
  trustAsOf?: Date;

  @Prop({ default: 5000 })
  emergencyRadiusMeters: number;

  @Prop({ default: 5000 })
  helperRadiusMeters: number;

  @Prop({ default: true })
  shareLocationWithContacts: boolean;

  /** Some organization may learn of this person's emergencies (EmergencySharing). Absent for most. */
  @Prop({ type: Boolean })
  sharesEmergencies?: boolean;

  @Prop({ type: Object })
  location?: GeoPoint;

  @Prop({ type: Number })
  locationAccuracyMeters?: number | null;

  @Prop({ type: Date })
  locationUpdatedAt?: Date;

  @Prop({ type: [EmergencyContactSchema], default: [] })
  contacts: EmergencyContact[];

  /** People this user is never matched with, either way. */
  @Prop({ type: [Types.ObjectId], default: [] })
  blockedUsers: Types.ObjectId[];

  createdAt: Date;
  updatedAt: Date;
}

export const UserSchema = SchemaFactory.createForClass(User);

// Sparse, as erased accounts have no e-mail. A partial filter on `$type` would do for uniqueness, but a look-up by e-mail
// would not use such an index and read every account instead (measured, MongoDB 6.0).
UserSchema.index(
  { email: 1 },
  { name: USER_EMAIL_INDEX, unique: true, sparse: true, collation: CASE_INSENSITIVE },
);
// Discovery's index holds verified helpers alone: the few among the many.
UserSchema.index(
  { location: '2dsphere' },
  {
    name: HELPER_LOCATION_INDEX,
    partialFilterExpression: { helper: true, verified: true },
  },
);
// What the admin's list filters by, newest first.
UserSchema.index({ role: 1, _id: -1 }, { name: 'user_role' });
UserSchema.index(
  { status: 1, _id: -1 },
  { name: 'user_suspended', partialFilterExpression: { status: 'suspended' } },
);
UserSchema.index(
  { verified: 1, _id: -1 },
  { name: 'user_helper_verification', partialFilterExpression: { helper: true } },
);
// Suspensions that are over.
UserSchema.index(
  { suspendedUntil: 1 },
  {
    name: 'user_suspended_until',
    partialFilterExpression: { suspendedUntil: { $gt: new Date(0) } },
  },
);
UserSchema.index({ displayName: 1 }, { name: 'user_display_name', collation: CASE_INSENSITIVE });
// BlockedPeople.around: who blocked somebody. The few who blocked anybody.
UserSchema.index(
  { blockedUsers: 1 },
  { name: 'user_blocked', partialFilterExpression: { 'blockedUsers.0': { $exists: true } } },
);
// What each node loads at its start: roles that changed within the life of an access token.
UserSchema.index(
  { roleChangedAt: 1 },
  { name: 'user_role_changed', partialFilterExpression: { roleChangedAt: { $gt: new Date(0) } } },
);
// TrustCache.olderThan: whose score is to be computed anew. The few who have a record of trust.
UserSchema.index(
  { trustAsOf: 1 },
  { name: 'user_trust_as_of', partialFilterExpression: { trustAsOf: { $gt: new Date(0) } } },
);
