import { invalidField } from '../../../common/errors/domain-error';
import { DAY, HOUR } from '../../../common/time/clock';
import type { Interval } from './owner-calendar';

/** Nobody works longer at a stretch; what takes days is booked day by day. */
const LONGEST_MS = 24 * HOUR;
/** Farther ahead nobody knows their week. */
const FARTHEST_MS = 365 * DAY;
/** How long the owner may think about it; less where it would begin before. */
const ANSWER_MS = 7 * DAY;
/** How many requests of one client may wait for an answer of one owner. */
export const MOST_UNANSWERED = 20;
/** How long after its end an accepted booking waits for the client to say that it took place. */
const COMPLETION_MS = 14 * DAY;
/** How long after the completion a review can be written. */
export const REVIEW_MS = 14 * DAY;

/**
 * The times of a new booking.
 *
 * @throws DomainError VALIDATION_FAILED
 */
export function bookingTimes(from: string, to: string, now: Date): Interval {
  const [startsAt, endsAt] = [new Date(from), new Date(to)];
  const ahead = startsAt.getTime() - now.getTime();
  const length = endsAt.getTime() - startsAt.getTime();
  if (ahead <= 0) throw invalidField('startsAt', 'startsAt must be in the future');
  if (ahead > FARTHEST_MS) throw invalidField('startsAt', 'startsAt must be within a year');
  if (length <= 0) throw invalidField('endsAt', 'endsAt must be after startsAt');
  if (length > LONGEST_MS) {
    throw invalidField('endsAt', 'endsAt must be at most 24 hours after startsAt');
  }
  return { startsAt, endsAt };
}

/** Until when the owner can answer: seven days, and never past the start. */
export function answerDueAt(now: Date, startsAt: Date): Date {
  return new Date(Math.min(now.getTime() + ANSWER_MS, startsAt.getTime()));
}

/** Until when the client can complete an accepted booking. */
export function completionDueAt(endsAt: Date): Date {
  return new Date(endsAt.getTime() + COMPLETION_MS);
}
