import { answer, onSos, type Phase, next } from './process';
import { look } from './seeing';
import {
  isAnonymous,
  isLive,
  isUnderWay,
  type LeaveReason,
  LIVES,
  liveSosOf,
  OBJECTION_TIME,
  type Person,
  requesterOf,
  type Sos,
  type State,
  TAPS,
  type Tap,
} from './state';

export function withdraw(helper: Person, tap: Tap): Phase {
  return onSos(tap, (state, sos) => {
    if (leave(state, sos, helper, 'helper')) return answer('ok');
    return next(
      'why',
      'not withdrawn',
      look(helper, tap, ({ response }) => {
        if (!response) return answer('FORBIDDEN');
        return answer(response.status === 'withdrawn' ? 'ok' : 'INVALID_TRANSITION');
      }),
    );
  });
}

/** By the requester; whoever was sent away cannot come back. */
export function sendAway(actor: Person, helper: Person, tap: Tap): Phase {
  return look(actor, tap, ({ role }) => {
    if (role !== 'requester') return answer('FORBIDDEN');
    return next(
      'send away',
      helper,
      onSos(tap, (state, sos) => {
        if (leave(state, sos, helper, 'sent_away')) return answer('ok');
        return next(
          'why',
          'not sent away',
          onSos(tap, (_, { responses }) => {
            const response = responses[helper];
            if (!response) return answer('NOT_FOUND');
            return answer(response.because === 'sent_away' ? 'ok' : 'INVALID_TRANSITION');
          }),
        );
      }),
    );
  });
}

/**
 * A block ends what two people are to each other's live SOS, but for a helper's block of somebody who is anonymous to them: what
 * went away would tell whose it was.
 */
export function block(blocker: Person, blocked: Person): Phase {
  return (state) => {
    const { blocks } = state.people[blocker];
    if (!blocks.includes(blocked)) blocks.push(blocked);
    separate(state, blocker, blocked);
    // Looks again after its commit: an alert may have been written meanwhile by who had searched before.
    return next('look again', [blocker, blocked], (later) => {
      separate(later, blocker, blocked);
      return answer('ok');
    });
  };
}

function separate(state: State, blocker: Person, blocked: Person): void {
  const own = liveSosOf(state, blocker);
  const theirs = liveSosOf(state, blocked);
  if (own) part(state, state.sos[own], blocked, 'blocked');
  if (theirs && !isAnonymous(theirs)) part(state, state.sos[theirs], blocker, 'blocked');
}

/** A suspended helper is out of everything at once. An SOS of their own lives on. */
export function suspend(person: Person): Phase {
  return (state) => {
    if (state.people[person].suspended) return answer('ok');
    state.people[person].suspended = true;
    for (const tap of TAPS) {
      const sos = state.sos[tap];
      if (sos && isLive(sos)) part(state, sos, person, 'suspended');
    }
    return answer('ok');
  };
}

export function reinstate(person: Person): Phase {
  return ({ people }) => {
    people[person].suspended = false;
    return answer('ok');
  };
}

export function beAvailable(helper: Person, available: boolean): Phase {
  return ({ people }) => {
    people[helper].available = available;
    return answer('ok');
  };
}

/** Ends whatever a helper is to an SOS. */
function part(state: State, sos: Sos | undefined, helper: Person, because: LeaveReason): void {
  if (!sos || leave(state, sos, helper, because)) return;
  const response = sos.responses[helper];
  const alert = sos.alerts[helper];
  if (!alert) return;
  if (response?.status === 'completed') {
    // The status stays; a participant they are no longer.
    if (response.because) return;
    response.because = because;
  } else if (alert.status === 'withdrawn' && alert.because !== 'helper') return;
  sos.alerts[helper] = { ...alert, status: 'withdrawn', because };
}

function leave(state: State, sos: Sos, helper: Person, because: LeaveReason): boolean {
  const response = sos.responses[helper];
  const alert = sos.alerts[helper];
  if (!response || !alert || !isLive(sos) || !isUnderWay(response)) return false;
  sos.responses[helper] = { status: 'withdrawn', because };
  sos.alerts[helper] = { ...alert, status: 'withdrawn', because };
  sos.seq += 1;
  sos.expiresAt = state.now + LIVES;
  const others = Object.entries(sos.responses);
  const coming = others.some(([, one]) => isUnderWay(one));
  const done = others.some(
    ([person, { status, because: left }]) =>
      status === 'completed' && left === null && !sos.objectedTo.includes(person as Person),
  );
  if (coming) return true;
  if (done) sos.completionDueAt = state.now + OBJECTION_TIME;
  else reopen(state, sos);
  return true;
}

/** Nobody is coming any more: dispatch begins again at once. */
export function reopen(state: State, sos: Sos): void {
  sos.status = 'active';
  sos.seq += 1;
  sos.expiresAt = state.now + LIVES;
  sos.completionDueAt = null;
  sos.nextAt = state.now;
  sos.leaseUntil = null;
  sos.reopened = true;
}

/** The requester says that it is not over, though everybody who came says completed. */
export function object(actor: Person, tap: Tap): Phase {
  return onSos(tap, (state, sos) => {
    if (actor === requesterOf(tap) && sos.completionDueAt !== null) {
      sos.objectedTo = Object.keys(sos.responses) as Person[];
      reopen(state, sos);
      return answer('ok');
    }
    return next(
      'why',
      'no objection',
      look(actor, tap, ({ role }) =>
        answer(role === 'requester' ? 'INVALID_TRANSITION' : 'FORBIDDEN'),
      ),
    );
  });
}
