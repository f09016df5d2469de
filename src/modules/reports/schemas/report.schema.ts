import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

export const REPORT_SUBJECT_KINDS = [
  'user',
  'help_request',
  'skill',
  'business',
  'organization',
  'message',
  'emergency',
  'promotion',
  'booking',
] as const;
export type ReportSubjectKind = (typeof REPORT_SUBJECT_KINDS)[number];

export const REPORT_REASONS = ['spam', 'abuse', 'fraud', 'danger', 'other'] as const;
export type ReportReason = (typeof REPORT_REASONS)[number];

/** `open`: it stands in the queue. */
export const REPORT_STATUSES = ['open'] as const;
export type ReportStatus = (typeof REPORT_STATUSES)[number];

@Schema({ _id: false })
export class ReportSubject {
  @Prop({ type: String, enum: REPORT_SUBJECT_KINDS, required: true })
  kind: ReportSubjectKind;

  @Prop({ type: Types.ObjectId, required: true })
  id: Types.ObjectId;
}
const ReportSubjectSchema = SchemaFactory.createForClass(ReportSubject);

/** Somebody says that something is wrong with a person or a thing. It outlives the thing. */
@Schema({ collection: 'reports', versionKey: false })
export class Report {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  reporter: Types.ObjectId;

  @Prop({ type: ReportSubjectSchema, required: true })
  subject: ReportSubject;

  /** Whose it was when it was reported. */
  @Prop({ type: Types.ObjectId, default: null })
  owner: Types.ObjectId | null;

  @Prop({ type: String, enum: REPORT_REASONS, required: true })
  reason: ReportReason;

  /** What the reporter wrote; null once their account is erased. */
  @Prop({ type: String, default: null })
  text: string | null;

  /** What the reported thing said when it was reported; null once its owner's account is erased. */
  @Prop({ type: String, default: null })
  evidence: string | null;

  @Prop({ type: String, enum: REPORT_STATUSES, required: true })
  status: ReportStatus;

  @Prop({ type: Date, required: true })
  createdAt: Date;
}

export const ReportSchema = SchemaFactory.createForClass(Report);

// One open report of a thing by a person; `POST /reports` looks for it by the same fields.
ReportSchema.index(
  { reporter: 1, 'subject.kind': 1, 'subject.id': 1 },
  {
    name: 'report_one_open_per_person',
    unique: true,
    partialFilterExpression: { status: 'open' },
  },
);
// The queue, oldest first: GET /admin/reports?status=
ReportSchema.index({ status: 1, _id: 1 }, { name: 'report_queue' });
// My reports, newest first: GET /reports. The erasure of a reporter.
ReportSchema.index({ reporter: 1, _id: -1 }, { name: 'report_by_reporter' });
// The erasure of whoever was reported.
ReportSchema.index({ owner: 1 }, { name: 'report_by_owner' });
