import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

export const ONE_REVIEW_INDEX = 'review_one_per_booking';

/** What a client says of a completed booking. */
@Schema({ collection: 'reviews', versionKey: false })
export class Review {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  booking: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  skill: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  author: Types.ObjectId;

  /** 1–5. */
  @Prop({ required: true })
  rating: number;

  @Prop({ type: String, default: null })
  text: string | null;

  @Prop({ type: Date, required: true })
  createdAt: Date;
}

export const ReviewSchema = SchemaFactory.createForClass(Review);

ReviewSchema.index({ booking: 1 }, { name: ONE_REVIEW_INDEX, unique: true });
// GET /skills/:id/reviews, newest first.
ReviewSchema.index({ skill: 1, _id: -1 }, { name: 'review_by_skill' });
// What loses its text with its author's account.
ReviewSchema.index({ author: 1 }, { name: 'review_by_author' });
