import { answer, onSos, type Phase, next } from './process';
import { look, seenBy } from './seeing';
import {
  areBlocked,
  isEngaged,
  isLive,
  isUnderWay,
  LIVES,
  liveSosOf,
  OBJECTION_TIME,
  type Person,
  requesterOf,
  type ResponseStatus,
  type Tap,
} from './state';

/** Whoever was told may come, also after saying no or withdrawing, if nothing has come between since. */
export function accept(helper: Person, tap: Tap): Phase {
  return onSos(tap, (state, sos) => {
    const alert = sos.alerts[helper];
    const open =
      alert?.status === 'pending' ||
      alert?.status === 'declined' ||
      (alert?.status === 'withdrawn' && alert.because === 'helper');
    if (open && isEngaged(state, helper, tap)) return answer('CONFLICT');
    if (!alert || !open || !isLive(sos)) {
      const seen = seenBy(helper, tap, sos, alert);
      if (!seen) return answer('NOT_FOUND');
      if (!seen.live) return answer('INVALID_TRANSITION');
      if (seen.role === 'responder') return answer('ALREADY_RESPONDED');
      return answer(seen.role === 'alerted' ? 'NOT_FOUND' : 'FORBIDDEN');
    }
    if (state.people[helper].suspended) return answer('FORBIDDEN');
    if (areBlocked(state, helper, requesterOf(tap))) return answer('NOT_FOUND');
    if (liveSosOf(state, helper)) return answer('CONFLICT');

    sos.alerts[helper] = { ...alert, status: 'accepted', because: null };
    sos.responses[helper] = { status: 'accepted', because: null };
    sos.objectedTo = sos.objectedTo.filter((one) => one !== helper);
    sos.seq += 1;
    sos.expiresAt = state.now + LIVES;
    sos.completionDueAt = null;
    if (sos.status === 'active') {
      sos.status = 'responding';
      sos.seq += 1;
      sos.nextAt = null;
      sos.leaseUntil = null;
    }
    return answer('ok');
  });
}

export function decline(helper: Person, tap: Tap): Phase {
  return onSos(tap, (_, sos) => {
    const alert = sos.alerts[helper];
    if (alert?.status === 'pending') {
      alert.status = 'declined';
      return answer('ok');
    }
    return next(
      'why',
      'not declined',
      look(helper, tap, (seen) => {
        if (seen.role === 'responder') return answer('ALREADY_RESPONDED');
        if (!seen.alert) return answer('FORBIDDEN');
        const repeats = seen.alert.status === 'declined' || seen.alert.status === 'withdrawn';
        return answer(repeats ? 'ok' : 'INVALID_TRANSITION');
      }),
    );
  });
}

export type Step = 'on_way' | 'arrived' | 'completed';
const BEFORE: Record<Step, ResponseStatus> = {
  on_way: 'accepted',
  arrived: 'on_way',
  completed: 'arrived',
};

/** The steps of a helper who comes; when the last one there says completed, the time to object begins. */
export function progress(helper: Person, tap: Tap, to: Step): Phase {
  return onSos(tap, (state, sos) => {
    const response = sos.responses[helper];
    if (response?.status === BEFORE[to] && isLive(sos)) {
      response.status = to;
      sos.seq += 1;
      sos.expiresAt = state.now + LIVES;
      if (to === 'completed' && !Object.values(sos.responses).some(isUnderWay)) {
        sos.completionDueAt = state.now + OBJECTION_TIME;
      }
      return answer('ok');
    }
    return next(
      'why',
      'no progress',
      look(helper, tap, (seen) => {
        if (seen.role !== 'responder') return answer('FORBIDDEN');
        return answer(seen.response?.status === to ? 'ok' : 'INVALID_TRANSITION');
      }),
    );
  });
}
