import { answer, type Outcome, type Phase, next } from './process';
import {
  HELPERS,
  isEngaged,
  LIVES,
  liveSosOf,
  LOOK_AGAIN,
  type Person,
  requesterOf,
  type Tap,
} from './state';

/**
 * One look for helpers: the requester's blocks are read, then who is near, then who of them is busy.
 *
 * @param remembered what `found` knows beside the helpers.
 */
export function search(
  requester: Person,
  passOver: Person[],
  remembered: unknown,
  found: (helpers: Person[]) => Outcome,
): Phase {
  return ({ people }) => {
    const blocked = people[requester].blocks;
    const never = [...blocked, ...passOver];
    return next('nearest', [never, remembered], nearest(requester, never, remembered, found));
  };
}

function nearest(
  requester: Person,
  never: Person[],
  remembered: unknown,
  found: (helpers: Person[]) => Outcome,
): Phase {
  return ({ people }) => {
    const near = HELPERS.filter(
      (helper) =>
        helper !== requester &&
        !never.includes(helper) &&
        people[helper].available &&
        !people[helper].suspended &&
        !people[helper].blocks.includes(requester),
    );
    return next('busy', [near, remembered], (state) =>
      found(near.filter((helper) => !isEngaged(state, helper) && !liveSosOf(state, helper))),
    );
  };
}

/** The first tap raises, the same tap again finds what it raised; another finds that one is live. */
export function raise(tap: Tap, attempt = 1): Phase {
  const requester = requesterOf(tap);
  return ({ people }) => {
    if (people[requester].suspended) return answer('ACCOUNT_SUSPENDED');
    return write(tap, [...people[requester].blocks], attempt);
  };
}

function write(tap: Tap, blocked: Person[], attempt: number): Outcome {
  const requester = requesterOf(tap);
  return next(
    'nearest',
    [blocked, attempt],
    nearest(requester, blocked, [blocked, attempt], (alerted) =>
      next('raise', [blocked, alerted, attempt], commit(tap, blocked, alerted, attempt)),
    ),
  );
}

function commit(tap: Tap, blocked: Person[], alerted: Person[], attempt: number): Phase {
  return (state) => {
    const requester = requesterOf(tap);
    if (state.sos[tap] || liveSosOf(state, requester)) {
      return next('refused', [blocked, attempt], refused(tap, blocked, attempt));
    }
    state.sos[tap] = {
      status: 'active',
      seq: 1,
      responses: {},
      alerts: Object.fromEntries(
        alerted.map((helper) => [helper, { status: 'pending', because: null, attempt: 1 }]),
      ),
      expiresAt: state.now + LIVES,
      completionDueAt: null,
      wave: alerted.length > 0 ? 1 : 0,
      nextAt: state.now + LOOK_AGAIN,
      leaseUntil: null,
      reopened: false,
      endedBy: null,
      lease: 0,
      claims: 0,
      objectedTo: [],
    };
    return answer('raised');
  };
}

/** What stood in the way may have ended before the server looks: then it tries again, three times at most. */
function refused(tap: Tap, blocked: Person[], attempt: number): Phase {
  return ({ sos }) =>
    sos[tap]
      ? answer('replayed')
      : next('live?', [blocked, attempt], (state) => {
          if (liveSosOf(state, requesterOf(tap))) return answer('EMERGENCY_ALREADY_LIVE');
          return attempt < 3 ? write(tap, blocked, attempt + 1) : answer('UNAVAILABLE');
        });
}
