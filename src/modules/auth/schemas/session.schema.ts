import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/** One log-in on one device: the family of the refresh tokens that followed from it. */
@Schema({ collection: 'sessions' })
export class Session {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  user: Types.ObjectId;

  /** Hash of the refresh token that is due next. Tokens themselves are nowhere at rest. */
  @Prop({ type: String, required: true })
  currentHash: string;

  /** Hash of the one before: it gives the same successor until that one is used. */
  @Prop({ type: String, default: null })
  previousHash: string | null;

  @Prop({ type: String, default: null })
  userAgent: string | null;

  @Prop({ type: Date, required: true })
  createdAt: Date;

  @Prop({ type: Date, required: true })
  lastUsedAt: Date;

  @Prop({ type: Date, required: true })
  expiresAt: Date;

  @Prop({ type: Date, default: null })
  revokedAt: Date | null;
}

export const SessionSchema = SchemaFactory.createForClass(Session);

SessionSchema.index({ user: 1, _id: -1 }, { name: 'session_user' });
SessionSchema.index({ expiresAt: 1 }, { name: 'session_ttl', expireAfterSeconds: 0 });
// What each node loads at its start.
SessionSchema.index(
  { revokedAt: 1 },
  { name: 'session_revoked', partialFilterExpression: { revokedAt: { $gt: new Date(0) } } },
);
