import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import { DOCUMENT_TYPES, type DocumentType } from '../../../common/files/uploads/file-type';
import { VERIFICATION_KINDS, type VerificationKind } from '../verification.rules';
import { VERIFICATION_STATUSES, type VerificationStatus } from '../verification.transitions';

export const ONE_PENDING_INDEX = 'verification_one_pending';

/** A document of a request; its content is in the file store. */
@Schema()
export class VerificationDocument {
  _id: Types.ObjectId;

  /** Of the stored file. */
  @Prop({ required: true })
  key: string;

  /** What its content was found to be. */
  @Prop({ type: String, enum: DOCUMENT_TYPES, required: true })
  contentType: DocumentType;

  @Prop({ required: true })
  bytes: number;

  /** Of the content, in hexadecimal digits. */
  @Prop({ required: true })
  sha256: string;
}
const VerificationDocumentSchema = SchemaFactory.createForClass(VerificationDocument);

/** Somebody asks to be verified, and what became of it. It outlives its documents. */
@Schema({ collection: 'verifications', versionKey: false })
export class Verification {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  user: Types.ObjectId;

  @Prop({ type: String, enum: VERIFICATION_KINDS, required: true })
  kind: VerificationKind;

  /** What the person wrote to the moderators; null once their account is erased. */
  @Prop({ type: String, default: null })
  note: string | null;

  @Prop({ type: String, enum: VERIFICATION_STATUSES, required: true })
  status: VerificationStatus;

  /** Number of the last event of the timeline. */
  @Prop({ required: true })
  seq: number;

  /** Empty once they are deleted. */
  @Prop({ type: [VerificationDocumentSchema], default: [] })
  documents: VerificationDocument[];

  /** When the documents of a decided request are deleted; null before the decision, and once they are gone. */
  @Prop({ type: Date, default: null })
  documentsUntil: Date | null;

  @Prop({ type: Date, required: true })
  createdAt: Date;

  @Prop({ type: Date, default: null })
  decidedAt: Date | null;

  /** Who approved or rejected it. */
  @Prop({ type: Types.ObjectId, default: null })
  decidedBy: Types.ObjectId | null;

  /** Why it was rejected or taken back, for the person; null once their account is erased. */
  @Prop({ type: String, default: null })
  reason: string | null;

  /** When what was approved ends. */
  @Prop({ type: Date, default: null })
  validUntil: Date | null;

  /** When the person is reminded of the end; null before it is approved, and once that was done. */
  @Prop({ type: Date, default: null })
  remindAt: Date | null;

  /** When it stopped being pending or approved; null while it is. */
  @Prop({ type: Date, default: null })
  endedAt: Date | null;
}

export const VerificationSchema = SchemaFactory.createForClass(Verification);

// One request of a person waits at a time.
VerificationSchema.index(
  { user: 1 },
  { name: ONE_PENDING_INDEX, unique: true, partialFilterExpression: { status: 'pending' } },
);
// The queue, oldest first: GET /admin/verifications?status=&kind=
VerificationSchema.index({ status: 1, _id: 1 }, { name: 'verification_queue' });
VerificationSchema.index({ status: 1, kind: 1, _id: 1 }, { name: 'verification_queue_of_kind' });
// A person's own, the latest first: GET /users/me/verification, GET /admin/verifications?userId=, erasure.
VerificationSchema.index({ user: 1, _id: -1 }, { name: 'verification_by_user' });
// One document: a link that is opened.
VerificationSchema.index({ 'documents._id': 1 }, { name: 'verification_document' });
const whileApproved = { partialFilterExpression: { status: 'approved' } };
// What the sweeper expires, and reminds of.
VerificationSchema.index({ validUntil: 1 }, { name: 'verification_expiry', ...whileApproved });
VerificationSchema.index({ remindAt: 1 }, { name: 'verification_reminder', ...whileApproved });
// Whose documents the sweeper deletes.
VerificationSchema.index(
  { documentsUntil: 1 },
  {
    name: 'verification_documents',
    partialFilterExpression: { documentsUntil: { $gt: new Date(0) } },
  },
);
