import { later, SECOND } from '../../../common/time/clock';
import type { Alert, AlertStatus } from '../schemas/alert.schema';

/** An alert that no device has acknowledged by then is pushed. Over a socket it takes well under a second. */
export const PUSH_AFTER_MS = 5 * SECOND;
/**
 * And a short message follows this long after the push: push services deliver within a few seconds to a device that is awake, and
 * whoever is not to be reached costs the requester no more than this. Volunteers set out 1:45 after the alert (docs/design.md).
 */
export const SMS_AFTER_PUSH_MS = 10 * SECOND;

/** How far an alert was taken beyond the socket. */
export const UNHEARD = 0;
export const PUSHED = 1;
export const TEXTED = 2;
export type EscalationStep = typeof UNHEARD | typeof PUSHED | typeof TEXTED;

/** Went out, or should have, and nobody knows that it arrived. */
export const UNACKNOWLEDGED: readonly AlertStatus[] = ['queued', 'sent'];

export interface EscalationInput {
  alerts: readonly Alert[];
  live: boolean;
  /** Who has a device for pushes, by hexadecimal id. */
  withPush: ReadonlySet<string>;
  now: Date;
}

/** What is due for whom, and when to look again; null: there is nothing more to do. */
export interface Escalation {
  inbox: Alert[];
  push: Alert[];
  sms: Alert[];
  next: Date | null;
}

/**
 * Everybody who was alerted finds it in their inbox, however it went on, but for those whose alert was taken back. While nobody
 * knows that an alert arrived, a push follows it, and then a short message; at once where there is nothing to push to.
 */
export function escalate({ alerts, live, withPush, now }: EscalationInput): Escalation {
  const due: Escalation = { inbox: [], push: [], sms: [], next: null };
  const lookAgain = (at: Date): void => {
    if (due.next === null || at < due.next) due.next = at;
  };
  for (const alert of alerts) {
    const push = later(alert.queuedAt, PUSH_AFTER_MS);
    if (push > now) {
      lookAgain(push);
      continue;
    }
    if (alert.noticed !== alert.attempt && !isTakenBack(alert)) due.inbox.push(alert);
    if (!live || !UNACKNOWLEDGED.includes(alert.status)) continue;
    const step = alert.escalated ?? UNHEARD;
    const pushable = withPush.has(alert.helper.toHexString());
    if (step < PUSHED && pushable) due.push.push(alert);
    const sms = pushable ? later(push, SMS_AFTER_PUSH_MS) : push;
    if (step < TEXTED && sms <= now) due.sms.push(alert);
    if (sms > now) lookAgain(sms);
  }
  return due;
}

function isTakenBack({ status, withdrawnBecause }: Alert): boolean {
  return status === 'withdrawn' && withdrawnBecause !== 'helper';
}
