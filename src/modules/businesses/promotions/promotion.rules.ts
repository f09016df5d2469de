import { DAY } from '../../../common/time/clock';
import type { Promotion } from '../schemas/promotion.schema';

export const PROMOTION_STATES = ['scheduled', 'running', 'ended', 'removed'] as const;
export type PromotionState = (typeof PROMOTION_STATES)[number];

export interface Period {
  startsAt: Date;
  /** Not included. */
  endsAt: Date;
}

type Timed = Period & Pick<Promotion, 'removedAt'>;

/** How long one promotion may run. */
export const LONGEST_PROMOTION_MS = 366 * DAY;
/** How far ahead one may be planned. */
export const LATEST_START_MS = 365 * DAY;
/** Promotions to come or running that a business may hold. */
export const MOST_LIVE_PROMOTIONS = 20;
/** Those and the past ones that stand beside them: the document stays small. */
export const MOST_PROMOTIONS = 30;
/** After this a past promotion is dropped. */
export const KEPT_AFTER_END_MS = 90 * DAY;

/** Nothing has to happen for a promotion to start or end: the clock alone says what it is. */
export function promotionState({ startsAt, endsAt, removedAt }: Timed, now: Date): PromotionState {
  if (removedAt) return 'removed';
  if (now < startsAt) return 'scheduled';
  return now < endsAt ? 'running' : 'ended';
}

export function isLive(promotion: Timed, now: Date): boolean {
  const state = promotionState(promotion, now);
  return state === 'scheduled' || state === 'running';
}

/**
 * How many would run at the busiest instant of `period`, itself among them.
 *
 * @param others the live promotions beside it.
 */
export function mostAtOnce(period: Period, others: readonly Period[]): number {
  const overlapping = others.filter(
    ({ startsAt, endsAt }) => startsAt < period.endsAt && endsAt > period.startsAt,
  );
  // The number only rises where one starts, so looking at those instants is enough.
  const instants = [period, ...overlapping].map(({ startsAt }) =>
    startsAt < period.startsAt ? period.startsAt : startsAt,
  );
  const running = (at: Date): number =>
    overlapping.filter(({ startsAt, endsAt }) => startsAt <= at && at < endsAt).length;
  return 1 + Math.max(...instants.map(running));
}

/** The promotions that a business goes on holding: all live ones, and of the past the latest that there is room for. */
export function keptPromotions<P extends Timed>(promotions: readonly P[], now: Date): P[] {
  const live = promotions.filter((one) => isLive(one, now));
  const past = promotions
    .filter((one) => !isLive(one, now))
    .filter((one) => now.getTime() - endOf(one) < KEPT_AFTER_END_MS)
    .toSorted((a, b) => endOf(b) - endOf(a))
    .slice(0, Math.max(0, MOST_PROMOTIONS - live.length));
  return promotions.filter((one) => live.includes(one) || past.includes(one));
}

/** Removed ones ended when they were removed, if not before. */
function endOf({ endsAt, removedAt }: Timed): number {
  return Math.min(endsAt.getTime(), removedAt?.getTime() ?? Infinity);
}

/** From how far away a promotion is looked at in metres; null: from nowhere in particular; or on the business's own page. */
export type LookedAtFrom = number | null | 'its page';

/**
 * Whether a customer is shown it. The audience radius is about lists alone: it says to whom a promotion is advertised, and
 * keeps nothing secret from those who look at the business itself.
 */
export function isShown(
  promotion: Timed & Pick<Promotion, 'audienceRadiusMeters'>,
  from: LookedAtFrom,
  now: Date,
): boolean {
  if (promotionState(promotion, now) !== 'running') return false;
  const { audienceRadiusMeters } = promotion;
  if (audienceRadiusMeters === null || from === 'its page') return true;
  return from !== null && from <= audienceRadiusMeters;
}
