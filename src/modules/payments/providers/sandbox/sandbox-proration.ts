import { DAY } from '../../../../common/time/clock';

/** How long what is paid lasts, in the sandbox. */
export const PERIOD_MS = 30 * DAY;

/**
 * What a change of plan costs for the rest of the period, in minor units, rounded half up: the difference of the prices, for
 * the share of the period that is left. Below 0 it is given as credit.
 */
export function proration(
  before: { amountMinor: number },
  after: { amountMinor: number },
  { periodEnd, now }: { periodEnd: Date; now: Date },
): number {
  const left = Math.min(Math.max(periodEnd.getTime() - now.getTime(), 0), PERIOD_MS) / PERIOD_MS;
  return Math.round((after.amountMinor - before.amountMinor) * left);
}
