import { DAY } from '../../common/time/clock';
import { NEUTRAL } from './trust.rules';

/** What is known of the person who confirms, rates or reviews. */
export interface StandingFacts {
  emailVerified: boolean;
  createdAt: Date;
  trustScore: number;
}

const UNCONFIRMED = 0.2;
const NEW = 0.5;
/** An account younger than this is new. */
const NEW_FOR_MS = 30 * DAY;

/**
 * What somebody's word is worth, from 0 to 1, at the moment they give it: an ordinary person with a confirmed address and an
 * account of a month counts in full. Their own score takes from it where it is below the middle and never adds: points that a
 * group gave itself must not make its words weigh more. Nor does being a verified helper: one insider would lend it to all.
 */
export function standing(
  { emailVerified, createdAt, trustScore }: StandingFacts,
  now: Date,
): number {
  const isNew = now.getTime() - createdAt.getTime() < NEW_FOR_MS;
  const known = !emailVerified ? UNCONFIRMED : isNew ? NEW : 1;
  return Math.round(known * Math.min(1, Math.max(0, trustScore / NEUTRAL)) * 100) / 100;
}
