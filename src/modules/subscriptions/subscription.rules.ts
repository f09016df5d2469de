import { DAY, HOUR, later, SECOND } from '../../common/time/clock';
import type { Subscription } from './schemas/subscription.schema';

/**
 * How long the tier stays after a renewal that could not be paid. Card networks and Stripe's own retries try again within a
 * week most of the time; a fortnight lets somebody come back from a holiday, and is half of what the next month would cost.
 */
export const GRACE_DAYS = 14;
export const GRACE_MS = GRACE_DAYS * DAY;

/** How long a renewal is for where the provider does not say until when. */
export const MONTH_MS = 30 * DAY;

/** After this a request's calls to the provider are taken up: by then it has been answered, or its node is dead. */
export const ABANDONED_AFTER_MS = 30 * SECOND;

/** A first payment that nobody makes is given up then. Stripe does so after 23 hours. */
export const FIRST_PAYMENT_WITHIN_MS = 23 * HOUR;

/** So long a change of plan waits for its payment. Stripe gives it up after 23 hours. */
export const CHANGE_WITHIN_MS = DAY;

/** So long after the end of a period the news of its renewal may take; then the provider is asked. */
export const NEWS_OVERDUE_MS = 6 * HOUR;

type Timed = Pick<
  Subscription,
  | 'status'
  | 'providerId'
  | 'providerTold'
  | 'cancelAtPeriodEnd'
  | 'pendingChange'
  | 'graceUntil'
  | 'currentPeriodEnd'
  | 'createdAt'
>;

/**
 * When somebody must look after a subscription of whom nothing is heard; null where never.
 *
 * @param now the earliest answer.
 */
export function dueAt(subscription: Timed, now: Date): Date | null {
  const { status, providerId, providerTold, createdAt } = subscription;
  if (status === 'ended') return providerTold ? null : now;
  if (status === 'incomplete') {
    return later(createdAt, providerId === null ? ABANDONED_AFTER_MS : FIRST_PAYMENT_WITHIN_MS);
  }
  const { cancelAtPeriodEnd, pendingChange, graceUntil, currentPeriodEnd } = subscription;
  const moments = [
    ...(cancelAtPeriodEnd && !providerTold ? [later(now, ABANDONED_AFTER_MS)] : []),
    ...(pendingChange ? [later(now, ABANDONED_AFTER_MS)] : []),
    ...(graceUntil ? [graceUntil] : []),
    ...(currentPeriodEnd && status === 'active' ? [later(currentPeriodEnd, NEWS_OVERDUE_MS)] : []),
  ];
  return moments.length === 0 ? null : new Date(Math.min(...moments.map(Number)));
}

/** Of two ends of periods the later; news of them may come in any order. */
export function laterOf(a: Date | null, b: Date | null): Date | null {
  if (!a || !b) return a ?? b;
  return a > b ? a : b;
}
