import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/** A reset link that is on its way. Several may be: asking again must not make the link in the first mail useless. */
@Schema({ collection: 'password_resets' })
export class PasswordReset {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  user: Types.ObjectId;

  /** Where the link was sent, in lower case. */
  @Prop({ type: String, required: true })
  email: string;

  /** Whoever reads the database must not be able to take over accounts with it. */
  @Prop({ type: String, required: true })
  tokenHash: string;

  @Prop({ type: Date, required: true })
  expiresAt: Date;
}

export const PasswordResetSchema = SchemaFactory.createForClass(PasswordReset);

PasswordResetSchema.index({ tokenHash: 1 }, { name: 'password_reset_token', unique: true });
PasswordResetSchema.index({ user: 1 }, { name: 'password_reset_user' });
PasswordResetSchema.index({ expiresAt: 1 }, { name: 'password_reset_ttl', expireAfterSeconds: 0 });
