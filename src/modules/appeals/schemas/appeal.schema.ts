import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import { APPEAL_STATUSES, type AppealStatus } from '../appeal.transitions';

/** Whoever was acted on asks for another look at a decision. */
@Schema({ collection: 'appeals', versionKey: false })
export class Appeal {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  decision: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  person: Types.ObjectId;

  /** What they wrote; null once their account is erased. */
  @Prop({ type: String, default: null })
  text: string | null;

  @Prop({ type: String, enum: APPEAL_STATUSES, required: true })
  status: AppealStatus;

  @Prop({ type: Number, required: true })
  seq: number;

  /** What was answered; null until then, and once their account is erased. */
  @Prop({ type: String, default: null })
  answer: string | null;

  @Prop({ type: Types.ObjectId, default: null })
  decidedBy: Types.ObjectId | null;

  @Prop({ type: Date, default: null })
  decidedAt: Date | null;

  /** What was removed is there again; null where the decision removed nothing, or stands. */
  @Prop({ type: Boolean, default: null })
  restored: boolean | null;

  @Prop({ type: Date, required: true })
  createdAt: Date;
}

export const AppealSchema = SchemaFactory.createForClass(Appeal);

// One appeal a decision.
AppealSchema.index({ decision: 1 }, { name: 'appeal_one_per_decision', unique: true });
// GET /appeals, newest first; the erasure of a person.
AppealSchema.index({ person: 1, _id: -1 }, { name: 'appeal_by_person' });
// GET /admin/appeals?status=, oldest first.
AppealSchema.index({ status: 1, _id: 1 }, { name: 'appeal_queue' });
