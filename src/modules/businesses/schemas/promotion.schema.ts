import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import type { Money } from '../../../common/money/money.dto';

/** What is taken off: a percentage or an amount. */
export type Discount = { percent: number; amount: null } | { percent: null; amount: Money };

/** An offer of a business for a time. Whether it runs is a matter of the clock: see promotion.rules.ts. */
@Schema()
export class Promotion {
  _id: Types.ObjectId;

  @Prop({ required: true })
  title: string;

  @Prop({ required: true })
  description: string;

  @Prop({ type: Object, default: null })
  discount: Discount | null;

  @Prop({ type: Date, required: true })
  startsAt: Date;

  /** Not included. */
  @Prop({ type: Date, required: true })
  endsAt: Date;

  /** In lists it is shown to those alone who search from within so many metres; null: to everybody. */
  @Prop({ type: Number, default: null })
  audienceRadiusMeters: number | null;

  @Prop({ type: Date, required: true })
  createdAt: Date;

  @Prop({ type: Date, default: null })
  removedAt: Date | null;

  /** The payment of its boost; null where there is none, and once all of it was given back. */
  @Prop({ type: Types.ObjectId, default: null })
  boostedBy: Types.ObjectId | null;

  @Prop({ type: Date, default: null })
  boostedAt: Date | null;
}

export const PromotionSchema = SchemaFactory.createForClass(Promotion);
