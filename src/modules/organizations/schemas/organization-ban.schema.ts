import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/** Somebody was removed from an organization: they do not come back by themselves. A new invitation lifts it. */
@Schema({ collection: 'organization_bans', versionKey: false })
export class OrganizationBan {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  organization: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  user: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  by: Types.ObjectId;

  @Prop({ type: Date, required: true })
  at: Date;
}

export const OrganizationBanSchema = SchemaFactory.createForClass(OrganizationBan);

// Asked whenever somebody wants in.
OrganizationBanSchema.index(
  { organization: 1, user: 1 },
  { name: 'organization_ban_once', unique: true },
);
// Goes with the account.
OrganizationBanSchema.index({ user: 1 }, { name: 'organization_ban_of_user' });
