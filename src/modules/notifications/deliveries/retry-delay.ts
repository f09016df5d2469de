import { HOUR, MINUTE, SECOND } from '../../../common/time/clock';
import { URGENT } from '../schemas/delivery.schema';

/**
 * After so many attempts a message is a dead letter: after three to six hours for ordinary ones, which outlasts the restart of a
 * mail server; after three to six minutes for an SOS, after which somebody else has come or the alert is no alert any more.
 */
export const MOST_ATTEMPTS = 12;

const ORDINARY_WAIT = { first: 30 * SECOND, longest: HOUR };
const URGENT_WAIT = { first: SECOND, longest: MINUTE };

/**
 * How long a message waits after an attempt that failed, in milliseconds: doubled each time, of which half is left to chance, so
 * that what failed together does not come back together ("equal jitter", M. Brooker, AWS Architecture Blog, 2015).
 *
 * @param attempts that were made, from 1.
 * @param random from 0 to 1.
 */
export function retryDelay(attempts: number, priority: number, random: number): number {
  const { first, longest } = priority === URGENT ? URGENT_WAIT : ORDINARY_WAIT;
  const wait = Math.min(longest, first * 2 ** (attempts - 1));
  return wait / 2 + (wait / 2) * random;
}
