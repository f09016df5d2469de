import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import { PENDING, REPORT_STATUSES, type ReportStatus } from '../report.transitions';

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
  'review',
] as const;
export type ReportSubjectKind = (typeof REPORT_SUBJECT_KINDS)[number];

export const REPORT_REASONS = ['spam', 'abuse', 'fraud', 'danger', 'other'] as const;
export type ReportReason = (typeof REPORT_REASONS)[number];

@Schema({ _id: false })
export class ReportSubject {
  @Prop({ type: String, enum: REPORT_SUBJECT_KINDS, required: true })
  kind: ReportSubjectKind;

  @Prop({ type: Types.ObjectId, required: true })
  id: Types.ObjectId;
}
export const ReportSubjectSchema = SchemaFactory.createForClass(ReportSubject);

@Schema({ _id: false })
export class ReportClaim {
  @Prop({ type: Types.ObjectId, required: true })
  by: Types.ObjectId;

  /** Then it is free again: who is away must not hold up the queue. */
  @Prop({ type: Date, required: true })
  until: Date;
}
const ReportClaimSchema = SchemaFactory.createForClass(ReportClaim);

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

  /** How often its status was changed. */
  @Prop({ type: Number, default: 0 })
  seq: number;

  /** Who has it; null in all states but `claimed`. */
  @Prop({ type: ReportClaimSchema, default: null })
  claim: ReportClaim | null;

  /** What was decided, for all reports of the same thing that were pending. */
  @Prop({ type: Types.ObjectId, default: null })
  decision: Types.ObjectId | null;

  @Prop({ type: Date, required: true })
  createdAt: Date;
}

export const ReportSchema = SchemaFactory.createForClass(Report);

// One report of a thing by a person until it is decided; `POST /reports` looks for it by the same fields.
ReportSchema.index(
  { reporter: 1, 'subject.kind': 1, 'subject.id': 1 },
  {
    name: 'report_one_pending_per_person',
    unique: true,
    partialFilterExpression: { status: { $in: PENDING } },
  },
);
// What is decided along: the other reports of the thing that are pending.
ReportSchema.index(
  { 'subject.id': 1, 'subject.kind': 1, status: 1 },
  { name: 'report_by_subject' },
);
// The queue of one kind of thing, oldest first: GET /admin/reports?kind=
ReportSchema.index({ 'subject.kind': 1, _id: 1 }, { name: 'report_by_kind' });
// What I have claimed, oldest first: GET /admin/reports?mine=
ReportSchema.index(
  { 'claim.by': 1, _id: 1 },
  { name: 'report_by_claimant', partialFilterExpression: { status: 'claimed' } },
);
// Claims that ran out.
ReportSchema.index(
  { 'claim.until': 1 },
  { name: 'report_claim_until', partialFilterExpression: { status: 'claimed' } },
);
// The queue, oldest first: GET /admin/reports?status=
ReportSchema.index({ status: 1, _id: 1 }, { name: 'report_queue' });
// My reports, newest first: GET /reports. The erasure of a reporter.
ReportSchema.index({ reporter: 1, _id: -1 }, { name: 'report_by_reporter' });
// The erasure of whoever was reported.
ReportSchema.index({ owner: 1 }, { name: 'report_by_owner' });
