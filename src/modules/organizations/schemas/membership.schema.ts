import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/** From the least to the most. */
export const MEMBER_ROLES = ['member', 'moderator', 'admin'] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

export const ONE_MEMBERSHIP_INDEX = 'membership_once';

/** Somebody belongs to an organization. Who leaves has no row: the rows of an organization are its `memberCount`. */
@Schema({ collection: 'memberships', versionKey: false })
export class Membership {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  organization: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  user: Types.ObjectId;

  @Prop({ type: String, enum: MEMBER_ROLES, required: true })
  role: MemberRole;

  /**
   * An admin approved or invited them, or they founded it. Who joined an open organization by themselves is a member, but
   * nobody has looked at them: they are not alerted for others.
   */
  @Prop({ required: true })
  approved: boolean;

  /** The member agreed that the organization learns of their emergencies. Theirs alone to set. */
  @Prop({ required: true, default: false })
  shareEmergencies: boolean;

  /** Their account is suspended now: they stay a member, but count for no admin and are shown to the staff alone. */
  @Prop({ required: true, default: false })
  suspended: boolean;

  @Prop({ type: Date, required: true })
  joinedAt: Date;

  /** Counts what was done by right of this row, so that taking the right away conflicts with using it. */
  @Prop({ required: true, default: 0 })
  used: number;
}

export const MembershipSchema = SchemaFactory.createForClass(Membership);

// One membership a person: what decides when they join twenty times at once. Also finds the members of an organization.
MembershipSchema.index({ organization: 1, user: 1 }, { name: ONE_MEMBERSHIP_INDEX, unique: true });
// GET /organizations/:id/members, in the order of joining; with ?role, and the admins to be told of something.
MembershipSchema.index({ organization: 1, _id: 1 }, { name: 'membership_of_organization' });
MembershipSchema.index({ organization: 1, role: 1, _id: 1 }, { name: 'membership_by_role' });
// Dashboard: GET /organizations/:id/emergencies, whose members agreed that it learns of their emergencies.
MembershipSchema.index(
  { organization: 1, shareEmergencies: 1 },
  { name: 'membership_sharing', partialFilterExpression: { shareEmergencies: true } },
);
// "My memberships": GET /organizations?mine=true, and what ends or pauses with an account.
MembershipSchema.index({ user: 1, _id: 1 }, { name: 'membership_of_user' });
