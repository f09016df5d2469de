import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/**
 * How often a promotion was shown and clicked on one day (UTC). A day has several such rows, so that no two nodes wait for
 * one document. It says nothing of who looked.
 */
@Schema({ collection: 'promotion_counts', versionKey: false })
export class PromotionCount {
  /** Promotion, day and shard. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: Types.ObjectId, required: true })
  business: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  promotion: Types.ObjectId;

  @Prop({ required: true })
  views: number;

  @Prop({ required: true })
  clicks: number;

  @Prop({ type: Date, required: true })
  expiresAt: Date;
}

export const PromotionCountSchema = SchemaFactory.createForClass(PromotionCount);

// The counts of the businesses that are shown to their people, and erasing them.
PromotionCountSchema.index({ business: 1, promotion: 1 }, { name: 'promotion_count_business' });
PromotionCountSchema.index(
  { expiresAt: 1 },
  { name: 'promotion_count_expiry', expireAfterSeconds: 0 },
);
