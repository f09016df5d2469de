import { answer, onSos, type Phase, next } from './process';
import { type Actor, look, type Role } from './seeing';
import { isLive, requesterOf, type Person, type Sos, type Status, type Tap } from './state';

export function resolve(actor: Actor, tap: Tap): Phase {
  return end(actor, tap, 'resolved', ['requester', 'moderator']);
}

export function cancel(actor: Person, tap: Tap): Phase {
  return end(actor, tap, 'cancelled', ['requester']);
}

/** Doing the very same again is no mistake; anything else after the end is. */
function end(actor: Actor, tap: Tap, to: Status, roles: Role[]): Phase {
  return onSos(tap, (_, sos) => {
    const may = actor === 'moderator' || actor === requesterOf(tap);
    if (may && isLive(sos)) {
      close(sos, to);
      sos.endedBy = actor;
      return answer('ok');
    }
    return next(
      'why',
      `not ${to}`,
      look(actor, tap, ({ role, status, endedBy }) => {
        if (!roles.includes(role)) return answer('FORBIDDEN');
        return answer(status === to && endedBy === actor ? 'ok' : 'INVALID_TRANSITION');
      }),
    );
  });
}

/** An hour without a sign of life. */
export function expire(tap: Tap): Phase {
  return onSos(tap, ({ now }, sos) => {
    if (!isLive(sos) || sos.expiresAt > now) return answer('no');
    close(sos, 'expired');
    return answer('yes');
  });
}

/** Everybody who came says completed, and for ten minutes nobody has said otherwise. */
export function completeUnopposed(tap: Tap): Phase {
  return onSos(tap, ({ now }, sos) => {
    const due = sos.completionDueAt !== null && sos.completionDueAt <= now;
    if (sos.status !== 'responding' || !due) return answer('no');
    close(sos, 'resolved');
    return answer('yes');
  });
}

function close(sos: Sos, status: Status): void {
  sos.status = status;
  sos.seq += 1;
  sos.completionDueAt = null;
  sos.nextAt = null;
  sos.leaseUntil = null;
  for (const alert of Object.values(sos.alerts)) {
    if (alert.status === 'pending') alert.status = 'expired';
  }
}
