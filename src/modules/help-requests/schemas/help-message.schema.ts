import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/** One line of the thread of an offer, between the requester and the helper who offered. */
@Schema({ collection: 'help_messages', versionKey: false })
export class HelpMessage {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  request: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  offer: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  sender: Types.ObjectId;

  @Prop({ type: String, required: true })
  senderRole: 'requester' | 'helper';

  @Prop({ required: true })
  text: string;

  /** The client's name for the message: sending it again has no second effect. */
  @Prop({ type: String })
  clientId?: string;

  @Prop({ type: Date, required: true })
  createdAt: Date;
}

export const HelpMessageSchema = SchemaFactory.createForClass(HelpMessage);

// GET /help-requests/:id/offers/:offerId/messages
HelpMessageSchema.index({ offer: 1, _id: 1 }, { name: 'help_message_in_order' });
// A message that is sent again.
HelpMessageSchema.index(
  { offer: 1, sender: 1, clientId: 1 },
  {
    name: 'help_message_client_id',
    unique: true,
    partialFilterExpression: { clientId: { $type: 'string' } },
  },
);
// The erasure of an account.
HelpMessageSchema.index({ sender: 1 }, { name: 'help_message_of_sender' });
