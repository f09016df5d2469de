import { invalidField } from '../../common/errors/domain-error';
import { DAY, later } from '../../common/time/clock';

/** Of what somebody wants to be verified. */
export const VERIFICATION_KINDS = [
  'identity',
  'first_aid',
  'medical_professional',
  'emergency_service',
] as const;
export type VerificationKind = (typeof VERIFICATION_KINDS)[number];

/** Front and back of a card, and two certificates. */
export const MOST_DOCUMENTS = 4;
/** A photograph by a phone has 3 to 8 MB. */
export const MOST_DOCUMENT_BYTES = 10 * 1024 * 1024;

/** First-aid courses are repeated every two years in most places; where nothing is said, one year is safe. */
const VALID_MS = 365 * DAY;
const LONGEST_VALID_MS = 3 * 365 * DAY;
/** How long documents are kept after the decision, for an appeal. */
const DOCUMENTS_KEPT_MS = 30 * DAY;
/** How long before the end somebody is reminded: time for a course. */
const REMINDED_BEFORE_MS = 30 * DAY;

/**
 * Until when an approval holds: a year, where nothing is said.
 *
 * @throws DomainError VALIDATION_FAILED for a time that is not in the next three years.
 */
export function validUntil(wanted: string | undefined, now: Date): Date {
  if (wanted === undefined) return later(now, VALID_MS);
  const until = new Date(wanted);
  if (until <= now) throw invalidField('validUntil', 'validUntil must be in the future');
  if (until > later(now, LONGEST_VALID_MS)) {
    throw invalidField('validUntil', 'validUntil must be within three years');
  }
  return until;
}

/** When the person is reminded of the end: 30 days before, or half-way where that is later. */
export function remindAt(now: Date, until: Date): Date {
  const halfway = new Date((now.getTime() + until.getTime()) / 2);
  const early = later(until, -REMINDED_BEFORE_MS);
  return early > halfway ? early : halfway;
}

/** Until when the documents are kept of a request that is decided now. */
export function documentsUntil(now: Date): Date {
  return later(now, DOCUMENTS_KEPT_MS);
}
