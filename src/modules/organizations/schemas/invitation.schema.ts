import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import { DAY, SECOND } from '../../../common/time/clock';
import { INVITATION_STATUSES, type InvitationStatus } from '../entry.transitions';
import { MEMBER_ROLES, type MemberRole } from './membership.schema';

/** An invitation works for this long after it was sent. */
export const INVITATION_LIVES_MS = 7 * DAY;

/** An address that nobody answered from is not kept. */
const KEPT_SECONDS = (30 * DAY) / SECOND;

/**
 * Somebody is asked by mail to come in. The mail is owed from the commit on and sent by whichever node takes it up: a
 * crash after the answer loses no invitation.
 */
@Schema({ collection: 'invitations', versionKey: false })
export class Invitation {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  organization: Types.ObjectId;

  /** Lower case. Gone once the invitation is accepted or revoked. */
  @Prop({ type: String })
  email?: string;

  @Prop({ type: String, enum: MEMBER_ROLES, required: true })
  role: MemberRole;

  @Prop({ type: Types.ObjectId, required: true })
  invitedBy: Types.ObjectId;

  @Prop({ type: String, enum: INVITATION_STATUSES, required: true })
  status: InvitationStatus;

  /** How often the status has changed. */
  @Prop({ required: true })
  seq: number;

  @Prop({ type: Date, required: true })
  createdAt: Date;

  /** Stands in the token of the last mail too (InvitationTokens): renewing an invitation ends the links before. */
  @Prop({ type: Date, required: true })
  expiresAt: Date;

  @Prop({ type: Types.ObjectId, default: null })
  acceptedBy: Types.ObjectId | null;

  /** When the mail is to be tried next; null once it was handed over, or is not owed any more. */
  @Prop({ type: Date, default: null })
  mailDueAt: Date | null;

  @Prop({ required: true, default: 0 })
  mailAttempts: number;

  @Prop({ type: Date, default: null })
  mailedAt: Date | null;
}

export const InvitationSchema = SchemaFactory.createForClass(Invitation);

// One open invitation an address and organization: inviting again renews it.
InvitationSchema.index(
  { organization: 1, email: 1 },
  { name: 'invitation_once', unique: true, partialFilterExpression: { status: 'pending' } },
);
// GET /organizations/:id/invitations, newest first.
InvitationSchema.index({ organization: 1, status: 1, _id: -1 }, { name: 'invitation_list' });
// Those that somebody sent end with their being removed or demoted.
InvitationSchema.index(
  { organization: 1, invitedBy: 1, status: 1 },
  { name: 'invitation_by_inviter' },
);
// Goes with the account of that address.
InvitationSchema.index({ email: 1 }, { name: 'invitation_to', sparse: true });
// Mail that is owed.
InvitationSchema.index(
  { mailDueAt: 1 },
  { name: 'invitation_mail_due', partialFilterExpression: { status: 'pending' } },
);
InvitationSchema.index(
  { expiresAt: 1 },
  { name: 'invitation_ttl', expireAfterSeconds: KEPT_SECONDS },
);
