import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/**
 * What two acceptances of one owner have in common. They touch different bookings, so without it the database would let
 * both through (write skew): each accepting transaction writes here first.
 */
@Schema({ collection: 'calendars', versionKey: false })
export class Calendar {
  /** The owner. */
  @Prop({ type: Types.ObjectId, required: true })
  _id: Types.ObjectId;

  /** How often a booking of the owner's was about to be accepted. */
  @Prop({ required: true })
  revision: number;
}

export const CalendarSchema = SchemaFactory.createForClass(Calendar);
