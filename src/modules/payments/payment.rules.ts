import { DAY, HOUR, later, SECOND } from '../../common/time/clock';

/** After this the sweeper takes up what a request left undone: by then it has been answered, or its node is dead. */
export const ABANDONED_AFTER_MS = 30 * SECOND;
/** An unfinished payment is given up then, so that it does not keep others out for ever. */
export const EXPIRES_AFTER_MS = DAY;

/**
 * So long a provider surely knows an idempotency key (Stripe: at least 24 hours). What is asked for again after that is looked
 * up first: without its key it would be made twice.
 */
export const KEY_KNOWN_FOR_MS = 20 * HOUR;

const FIRST_RETRY_MS = 10 * SECOND;
const LONGEST_RETRY_MS = HOUR;

/** When to try again what has failed so often: 10 s, 20 s, 40 s, … an hour. */
export function nextAttemptAt(now: Date, attempts: number): Date {
  return later(now, Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempts, 20), LONGEST_RETRY_MS));
}
