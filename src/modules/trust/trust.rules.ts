import { DAY } from '../../common/time/clock';
import { TRUST_MAXIMUM } from '../users/schemas/user.schema';

/**
 * The numbers of trust and why they are what they are: docs/trust.md. A rescue of somebody with full standing is 100 points;
 * all else is measured by it.
 */
export const RESCUE_POINTS = 100;

/** By stars, 1 to 5. A bad rating takes, but less than a good one gives: one angry neighbour does not undo a helper. */
export const HELP_POINTS: readonly number[] = [-20, 0, 8, 24, 40];
/** Bookings are often paid for: half of what help is worth. */
export const BOOKING_POINTS: readonly number[] = [-10, 0, 4, 12, 20];

export const REPORT_ACTIONS = ['warn', 'remove', 'suspend', 'ban'] as const;
export type ReportAction = (typeof REPORT_ACTIONS)[number];

/** What an upheld report takes, by what moderators did about it. */
export const REPORT_POINTS: Record<ReportAction, number> = {
  warn: -100,
  remove: -150,
  suspend: -400,
  ban: -1000,
};

/** After this long a point counts half. */
export const HALF_LIFE_MS = 180 * DAY;
/** After ten half-lives less than a thousandth is left: what is older counts in nothing any more. */
export const HORIZON_MS = 10 * HALF_LIFE_MS;

/** What may be earned on one day (UTC), before age. */
export const DAY_CAP = 300;
/** What two people are worth to each other at a time: one rescue. */
export const PAIR_CAP = RESCUE_POINTS;
/** The part of it that help and bookings can fill. */
export const PAIR_CAP_WITHOUT_RESCUES = 50;
/** One pair has this many rescues within a half-life; what is beyond wears all of them out. */
export const PLAUSIBLE_RESCUES = 4;
/** A pair that is worn out to less than this takes one of the places that other pairs could count in. */
export const WORN_OUT_BELOW = 0.5;

/** Of one circle (people who vouched for each other) the best so many count. */
export const CIRCLE_COUNTS = 2;
/** Of all counterparts the best so many count ... */
export const ALWAYS_COUNT = 5;
/** ... and each further one beyond as many as a group of ten can offer to one of its own. */
export const OFFERED_BY_A_GROUP = 9;
/** Below this standing a counterpart is a newcomer. */
export const NEWCOMER_BELOW = 0.5;
/** What all newcomers together are worth: one rescue. */
export const NEWCOMERS_CAP = RESCUE_POINTS;

/** Where a score stands without any points. */
export const NEUTRAL = TRUST_MAXIMUM / 2;
/** So many points are half of the way from the middle to either end: five rescues. */
export const HALF_WAY_POINTS = 5 * RESCUE_POINTS;
