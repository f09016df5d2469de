import { Prop } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/** One line between a requester and helpers, as it is kept; of which thread it is, each domain says. */
export abstract class ThreadMessage {
  _id: Types.ObjectId;

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
