import { ApiProperty } from '@nestjs/swagger';
import { DOCUMENT_TYPES, type DocumentType } from '../../../common/files/uploads/file-type';
import { VERIFICATION_KINDS, type VerificationKind } from '../verification.rules';
import { VERIFICATION_STATUSES, type VerificationStatus } from '../verification.transitions';

export class DocumentView {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40521' })
  id: string;

  @ApiProperty({ enum: DOCUMENT_TYPES, example: 'image/jpeg', description: 'By its content.' })
  contentType: DocumentType;

  @ApiProperty({ type: 'integer', minimum: 1, example: 2_480_113, description: 'In bytes.' })
  bytes: number;
}

/** A document, with a link to its content. */
export class LinkedDocumentView extends DocumentView {
  @ApiProperty({
    example: 'https://api.example.org/api/v1/files/verification-document.6561f0a4….Zm9y…',
    description: 'For you alone, with your access token; each look is recorded.',
  })
  url: string;

  @ApiProperty({ example: '2026-11-22T10:16:30.000Z', description: 'When the link ends.' })
  urlExpiresAt: string;
}

/** A request, as whose it is sees it. */
export class VerificationView {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40519' })
  id: string;

  @ApiProperty({ enum: VERIFICATION_KINDS, example: 'first_aid' })
  kind: VerificationKind;

  @ApiProperty({
    enum: VERIFICATION_STATUSES,
    example: 'pending',
    description:
      '`revoked`: a moderator took the approval back, or verified was taken back by hand.',
  })
  status: VerificationStatus;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'The course was in Leipzig, in May.',
    description: 'What the person wrote to the moderators.',
  })
  note: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'The date on the certificate cannot be read: send a sharper picture.',
    description: 'Why it was rejected or taken back.',
  })
  reason: string | null;

  @ApiProperty({ type: [DocumentView], description: 'Empty once they are deleted.' })
  documents: DocumentView[];

  @ApiProperty({
    type: String,
    nullable: true,
    example: '2026-12-22T10:15:30.000Z',
    description: 'When the documents are deleted; null before the decision, and once they are.',
  })
  documentsUntil: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '2027-11-22T10:15:30.000Z',
    description: 'When the approval ends; null where it was never approved.',
  })
  validUntil: string | null;

  @ApiProperty({ example: '2026-11-22T10:15:30.000Z' })
  createdAt: string;

  @ApiProperty({ type: String, nullable: true, example: '2026-11-22T12:00:00.000Z' })
  decidedAt: string | null;
}

/** Whether I am verified, and what became of my last request. */
export class OwnVerificationView {
  @ApiProperty({ example: true })
  verified: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '2027-11-22T10:15:30.000Z',
    description: 'Null where I am not, or without an end.',
  })
  verifiedUntil: string | null;

  @ApiProperty({
    type: VerificationView,
    nullable: true,
    description: 'Null where I never asked.',
  })
  latest: VerificationView | null;
}

class VerificationPersonView {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40512' })
  id: string;

  @ApiProperty({ example: 'Sam Okafor' })
  displayName: string;
}

/** A request, as moderators see it. */
export class QueuedVerificationView extends VerificationView {
  @ApiProperty({ type: VerificationPersonView })
  user: VerificationPersonView;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '6561f0a4c2b6a1d2e3f40530',
    description: 'Who approved or rejected it.',
  })
  decidedBy: string | null;
}

/** The same, with links to its documents. */
export class OpenedVerificationView extends QueuedVerificationView {
  @ApiProperty({ type: [LinkedDocumentView], description: 'Empty once they are deleted.' })
  declare documents: LinkedDocumentView[];
}
