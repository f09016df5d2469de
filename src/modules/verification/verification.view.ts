import type { Types } from 'mongoose';
import type {
  DocumentView,
  QueuedVerificationView,
  VerificationView,
} from './dto/verification.view.dto';
import type { Verification, VerificationDocument } from './schemas/verification.schema';

/** A request as whose it is sees it: staff is named nowhere. */
export function toVerificationView(verification: Verification): VerificationView {
  const { _id, kind, status, note, reason, documents } = verification;
  return {
    id: _id.toHexString(),
    kind,
    status,
    note,
    reason,
    documents: documents.map(toDocumentView),
    documentsUntil: iso(verification.documentsUntil),
    validUntil: iso(verification.validUntil),
    createdAt: verification.createdAt.toISOString(),
    decidedAt: iso(verification.decidedAt),
  };
}

/** @param displayName of the person, as it reads now. */
export function toQueuedView(
  verification: Verification,
  displayName: string,
): QueuedVerificationView {
  const { user, decidedBy } = verification;
  return {
    ...toVerificationView(verification),
    user: { id: hex(user), displayName },
    decidedBy: decidedBy && hex(decidedBy),
  };
}

export function toDocumentView({ _id, contentType, bytes }: VerificationDocument): DocumentView {
  return { id: hex(_id), contentType, bytes };
}

const hex = (id: Types.ObjectId): string => id.toHexString();
const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
