import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import { ThreadMessage } from '../../../common/database/thread-message';

/** One line of the chat between the participants of an emergency. */
@Schema({ collection: 'messages', versionKey: false })
export class Message extends ThreadMessage {
  @Prop({ type: Types.ObjectId, required: true })
  emergency: Types.ObjectId;
}

export const MessageSchema = SchemaFactory.createForClass(Message);

MessageSchema.index({ emergency: 1, _id: 1 }, { name: 'message_in_order' });
MessageSchema.index(
  { emergency: 1, sender: 1, clientId: 1 },
  {
    name: 'message_client_id',
    unique: true,
    partialFilterExpression: { clientId: { $type: 'string' } },
  },
);
// The archive of somebody's data, and the erasure of their account.
MessageSchema.index({ sender: 1 }, { name: 'message_of_sender' });
