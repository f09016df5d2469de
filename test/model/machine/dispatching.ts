import { answer, onSos, type Outcome, type Phase, next } from './process';
import { search } from './raising';
import {
  type AlertState,
  type Claim,
  LEASE,
  LOOK_AGAIN,
  isLive,
  type Person,
  requesterOf,
  type State,
  type Tap,
} from './state';

/** A node takes the lease of a wave that is due, and runs the wave. */
export function dispatch(tap: Tap): Phase {
  return claim(tap, (claimed) => next('wave', claimed, wave(claimed)));
}

/** A node takes the lease and stops there: killed, or paused. */
export function stop(tap: Tap): Phase {
  return claim(tap, (claimed) =>
    next('stop', claimed, (state) => {
      state.held[tap] = claimed;
      return answer('ran');
    }),
  );
}

/** The node that stopped wakes up and goes on as if nothing had happened. */
export function wake(tap: Tap): Phase {
  return (state) => {
    const claimed = state.held[tap];
    if (!claimed) return answer('nothing due');
    delete state.held[tap];
    return next('wave', claimed, wave(claimed));
  };
}

function claim(tap: Tap, claimed: (claim: Claim) => Outcome): Phase {
  return onSos(tap, ({ now }, sos) => {
    const due = isLive(sos) && sos.nextAt !== null && sos.nextAt <= now;
    const free = sos.leaseUntil === null || sos.leaseUntil <= now;
    if (!due || !free) return answer('nothing due');
    sos.claims += 1;
    sos.lease = sos.claims;
    sos.leaseUntil = now + LEASE;
    const { status, wave: number, reopened } = sos;
    return claimed({ tap, token: sos.claims, status, wave: number, reopened });
  });
}

type Rows = Partial<Record<Person, AlertState>>;

/** Those who never heard of it are alerted; after it was opened again, those who did not answer are told once more. */
function wave(claimed: Claim): Phase {
  return onSos(claimed.tap, (_, sos) => {
    const rows = structuredClone(sos.alerts);
    if (claimed.status !== 'active')
      return next('commit', [claimed, []], commit(claimed, rows, []));
    const passOver = (Object.keys(rows) as Person[]).filter(
      (helper) => !(claimed.reopened && rows[helper]?.status === 'pending'),
    );
    return next(
      'search',
      [claimed, rows],
      search(requesterOf(claimed.tap), passOver, [claimed, rows], (found) =>
        next('commit', [claimed, rows, found], commit(claimed, rows, found)),
      ),
    );
  });
}

/** What was decided counts only while the lease, the number of the wave and the status are those it began with. */
function commit(claimed: Claim, rows: Rows, found: Person[]): Phase {
  return onSos(claimed.tap, (state: State, sos) => {
    const leased = sos.leaseUntil !== null && sos.lease === claimed.token;
    if (!leased || sos.status !== claimed.status || sos.wave !== claimed.wave) return answer('ran');
    sos.leaseUntil = null;
    sos.nextAt = sos.status === 'active' ? state.now + LOOK_AGAIN : null;
    sos.reopened = false;
    if (found.length > 0) sos.wave += 1;
    for (const helper of found) {
      const alert = sos.alerts[helper];
      if (!rows[helper]) sos.alerts[helper] = { status: 'pending', because: null, attempt: 1 };
      else if (alert?.status === 'pending') alert.attempt += 1;
    }
    return answer('ran');
  });
}
