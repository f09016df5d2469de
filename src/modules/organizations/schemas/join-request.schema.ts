import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import { DAY, SECOND } from '../../../common/time/clock';
import { JOIN_REQUEST_STATUSES, type JoinRequestStatus } from '../entry.transitions';

/** What was decided is of use while people may ask about it; then it goes. */
const KEPT_SECONDS = (90 * DAY) / SECOND;

/** Somebody asks to be let into an organization. */
@Schema({ collection: 'join_requests', versionKey: false })
export class JoinRequest {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  organization: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  user: Types.ObjectId;

  @Prop({ type: String, enum: JOIN_REQUEST_STATUSES, required: true })
  status: JoinRequestStatus;

  /** How often the status has changed. */
  @Prop({ required: true })
  seq: number;

  @Prop({ type: String, default: null })
  message: string | null;

  /** The account is suspended now: nobody is shown the request. */
  @Prop({ required: true, default: false })
  suspended: boolean;

  @Prop({ type: Date, required: true })
  createdAt: Date;

  @Prop({ type: Types.ObjectId, default: null })
  decidedBy: Types.ObjectId | null;

  @Prop({ type: Date, default: null })
  decidedAt: Date | null;
}

export const JoinRequestSchema = SchemaFactory.createForClass(JoinRequest);

// One open request a person and organization: asking again finds the first.
JoinRequestSchema.index(
  { organization: 1, user: 1 },
  { name: 'join_request_once', unique: true, partialFilterExpression: { status: 'pending' } },
);
// GET /organizations/:id/join-requests, oldest first.
JoinRequestSchema.index({ organization: 1, status: 1, _id: 1 }, { name: 'join_request_queue' });
// What pauses or ends with an account, and "my request" in the view of an organization.
JoinRequestSchema.index({ user: 1, status: 1, organization: 1 }, { name: 'join_request_of_user' });
JoinRequestSchema.index(
  { decidedAt: 1 },
  { name: 'join_request_ttl', expireAfterSeconds: KEPT_SECONDS },
);
