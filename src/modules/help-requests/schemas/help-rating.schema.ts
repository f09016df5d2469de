import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/** How one side of a completed request found the other. */
@Schema({ collection: 'help_ratings', versionKey: false })
export class HelpRating {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  request: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  rater: Types.ObjectId;

  @Prop({ type: String, required: true })
  raterRole: 'requester' | 'helper';

  @Prop({ type: Types.ObjectId, required: true })
  rated: Types.ObjectId;

  /** 1 to 5. */
  @Prop({ required: true, min: 1, max: 5 })
  rating: number;

  /** Null where nothing was written, and once the rater's account is erased. */
  @Prop({ type: String, default: null })
  text: string | null;

  /** Written across a block: the stars count, and the words are not for the other side. */
  @Prop({ required: true })
  apart: boolean;

  @Prop({ type: Date, required: true })
  createdAt: Date;
}

export const HelpRatingSchema = SchemaFactory.createForClass(HelpRating);

// Each side rates once. GET /help-requests/:id/ratings
HelpRatingSchema.index(
  { request: 1, rater: 1 },
  { name: 'help_rating_one_per_side', unique: true },
);
// The erasure of an account.
HelpRatingSchema.index({ rater: 1 }, { name: 'help_rating_of_rater' });
