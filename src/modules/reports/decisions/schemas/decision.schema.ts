import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import { ReportSubject, ReportSubjectSchema } from '../../schemas/report.schema';
import { DECISION_ACTIONS, type DecisionAction } from '../decision.rules';

/** What a moderator decided about reports of one thing, and what became of it. */
@Schema({ collection: 'moderation_decisions', versionKey: false })
export class Decision {
  _id: Types.ObjectId;

  @Prop({ type: ReportSubjectSchema, required: true })
  subject: ReportSubject;

  /** The report that was claimed; others of the same thing were decided along. */
  @Prop({ type: Types.ObjectId, required: true })
  report: Types.ObjectId;

  /** Who was acted on: whose the thing was. */
  @Prop({ type: Types.ObjectId, default: null })
  person: Types.ObjectId | null;

  @Prop({ type: String, enum: DECISION_ACTIONS, required: true })
  action: DecisionAction;

  /** Told to the person; null once their account is erased. */
  @Prop({ type: String, default: null })
  reason: string | null;

  /** When a suspension ends. */
  @Prop({ type: Date, default: null })
  until: Date | null;

  /** It took the thing away; false where there was nothing left to take. */
  @Prop({ type: Boolean, default: false })
  removed: boolean;

  @Prop({ type: Types.ObjectId, required: true })
  moderator: Types.ObjectId;

  @Prop({ type: Date, required: true })
  at: Date;

  /** An appeal was granted: it does not hold any more. */
  @Prop({ type: Date, default: null })
  overturnedAt: Date | null;

  /** Its suspension ended before its time: the person was let in again, by hand. */
  @Prop({ type: Date, default: null })
  liftedAt: Date | null;
}

export const DecisionSchema = SchemaFactory.createForClass(Decision);

// GET /appeals/decisions, newest first; what else holds a suspension; the erasure of a person.
DecisionSchema.index({ person: 1, _id: -1 }, { name: 'decision_by_person' });
