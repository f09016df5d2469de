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
      ? `The offer is ${offer.status} and the request is ${status}: this step is not open. Look at both again.`
      : `The request is ${status}: this step is not open. Look at it again.`,
    { status, ...(offer ? { offerStatus: offer.status } : {}) },
  );
}
