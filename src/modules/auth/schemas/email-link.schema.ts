import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/** A link that shows, when it is opened, that mail to an address reaches whoever has the account. */
@Schema({ collection: 'email_links', versionKey: false })
export class EmailLink {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  user: Types.ObjectId;

  /** Where the link was sent, in lower case: it says nothing of any other address. */
  @Prop({ type: String, required: true })
  email: string;

  /** True where the account is to get this address, false where it has it already. */
  @Prop({ required: true })
  change: boolean;

  @Prop({ type: String, required: true })
  tokenHash: string;

  @Prop({ type: Date, required: true })
  expiresAt: Date;
}

export const EmailLinkSchema = SchemaFactory.createForClass(EmailLink);

// Opening a link.
EmailLinkSchema.index({ tokenHash: 1 }, { name: 'email_link_token', unique: true });
// How many are on their way, and ending them.
EmailLinkSchema.index({ user: 1, expiresAt: 1 }, { name: 'email_link_user' });
EmailLinkSchema.index({ expiresAt: 1 }, { name: 'email_link_ttl', expireAfterSeconds: 0 });
