import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import { ThreadMessage } from '../../../common/database/thread-message';

/** One line of the thread of an offer, between the requester and the helper who offered. */
@Schema({ collection: 'help_messages', versionKey: false })
export class HelpMessage extends ThreadMessage {
  @Prop({ type: Types.ObjectId, required: true })
  request: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  offer: Types.ObjectId;
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
