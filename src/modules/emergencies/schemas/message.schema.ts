import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/** One line of the chat between the participants of an emergency. */
@Schema({ collection: 'messages', versionKey: false })
export class Message {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  emergency: Types.ObjectId;

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
