import { DomainError } from '../../common/errors/domain-error';
import { DAY } from '../../common/time/clock';
import type { HelpRequestStatus } from './help-request.transitions';
import type { HelpOffer } from './schemas/help-offer.schema';
import type { HelpRequest } from './schemas/help-request.schema';

export const EXPIRES_AFTER_MS = 7 * DAY;
export const LATEST_EXPIRY_MS = 90 * DAY;
export const LATEST_NEED_MS = 365 * DAY;
/** A request whose helper gave up is open for at least this long. */
export const REOPENED_FOR_MS = DAY;
/** How long the requester may object once the helper said done. */
export const OBJECTION_TIME_MS = 7 * DAY;
/** How long after completion both sides may rate, and write to each other. */
export const RATING_TIME_MS = 14 * DAY;
/** How things stand, in the words of a refusal. */
const SO: Readonly<Record<HelpRequestStatus, string>> = {
  open: 'is open and nobody was chosen yet',
  accepted: 'has an accepted offer and was not started yet',
  in_progress: 'is in progress',
  completed: 'is completed',
  cancelled: 'was cancelled',
  expired: 'has expired',
};
/** Keeps what one change tells, and what the end closes, small. */
export const MOST_OFFERS = 100;

/** The status as it is at a moment: an open request whose time has passed is expired, swept or not. */
export function statusAt(
  { status, expiresAt }: Pick<HelpRequest, 'status' | 'expiresAt'>,
  now: Date,
): HelpRequestStatus {
  return status === 'open' && expiresAt <= now ? 'expired' : status;
}

/** Whether both sides may still rate, and write to each other about, a completed request. */
export function isInRatingTime(
  { status, endedAt }: Pick<HelpRequest, 'status' | 'endedAt'>,
  now: Date,
): boolean {
  return (
    status === 'completed' && endedAt !== null && now.getTime() - endedAt.getTime() < RATING_TIME_MS
  );
}

/** 409 for a requester who would take away what both sides have. */
export function completedStays(): DomainError {
  return new DomainError(
    'INVALID_TRANSITION',
    'Completed requests stay for both sides: report what is wrong with it.',
    { status: 'completed' },
  );
}

/** 409 for somebody who came too late, or asks for a step that is not open; says how things stand. */
export function invalidTransition(
  request: Pick<HelpRequest, 'status' | 'expiresAt'>,
  now: Date,
  offer?: Pick<HelpOffer, 'status'> | null,
): DomainError {
  const status = statusAt(request, now);
  return new DomainError(
    'INVALID_TRANSITION',
    offer
      ? `This step is not open: the offer is ${offer.status}, and the request ${SO[status]}.`
      : `This step is not open: the request ${SO[status]}.`,
    { status, ...(offer ? { offerStatus: offer.status } : {}) },
  );
}

/** As `invalidTransition`, where there is more to say than how things stand. */
export function offerRefused(
  sentence: string,
  request: Pick<HelpRequest, 'status' | 'expiresAt'>,
  now: Date,
  offer: Pick<HelpOffer, 'status'>,
): DomainError {
  return new DomainError('INVALID_TRANSITION', sentence, {
    status: statusAt(request, now),
    offerStatus: offer.status,
  });
}
