import { answer, onSos, type Outcome, type Phase, next } from './process';
import {
  type AlertState,
  isLive,
  isUnderWay,
  type Person,
  requesterOf,
  type ResponseState,
  type Sos,
  type Status,
  type Tap,
} from './state';

export type Actor = Person | 'moderator';
export type Role = 'requester' | 'responder' | 'alerted' | 'moderator';

/** What somebody sees of an SOS when the server looks why it refused. */
export interface Seen {
  role: Role;
  status: Status;
  live: boolean;
  endedBy: Actor | null;
  response: ResponseState | undefined;
  alert: AlertState | undefined;
}

/** Null for a stranger. */
export function seenBy(
  actor: Actor,
  tap: Tap,
  sos: Sos,
  alert: AlertState | undefined,
): Seen | null {
  const response = actor === 'moderator' ? undefined : sos.responses[actor];
  const as = (role: Role): Seen => ({
    role,
    status: sos.status,
    live: isLive(sos),
    endedBy: sos.endedBy,
    response,
    alert,
  });
  if (actor === requesterOf(tap)) return as('requester');
  const participates = isUnderWay(response) || response?.status === 'completed';
  if (participates && response?.because === null) return as('responder');
  if (actor === 'moderator') return as('moderator');
  const mayComeBack = alert?.status !== 'withdrawn' || alert.because === 'helper';
  return alert && mayComeBack ? as('alerted') : null;
}

/** The server reads the SOS, then the alert, then answers. */
export function look(actor: Actor, tap: Tap, decide: (seen: Seen) => Outcome): Phase {
  return onSos(tap, (_, read) => {
    const sos = structuredClone(read);
    return next(`look ${actor} ${tap}`, sos, (state) => {
      const alert = actor === 'moderator' ? undefined : state.sos[tap]?.alerts[actor];
      const seen = seenBy(actor, tap, sos, alert);
      return seen ? decide(seen) : answer('NOT_FOUND');
    });
  });
}
