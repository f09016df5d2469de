import type { EventRecord } from '../../src/modules/events/schemas/event.schema';
import {
  emergencyMachine,
  type EmergencyStatus,
  LIVE_STATUSES,
  responseMachine,
  type ResponseStatus,
  UNDER_WAY,
} from '../../src/modules/emergencies/emergency.transitions';
import { type Alert, PENDING_ALERT } from '../../src/modules/emergencies/schemas/alert.schema';
import type { Emergency } from '../../src/modules/emergencies/schemas/emergency.schema';

export interface EmergencyRecord {
  emergency: Emergency;
  /** The timeline, in order. */
  events: EventRecord[];
  waves: EventRecord[];
  alerts: Alert[];
}

/** Which of the rules that hold of an emergency at every instant are broken, in words. */
export function brokenRules(record: EmergencyRecord): string[] {
  return [
    ...timelineProblems(record),
    ...responseProblems(record),
    ...ledgerProblems(record),
    ...stateProblems(record),
  ];
}

const END: Record<string, EmergencyStatus> = {
  'emergency.resolved': 'resolved',
  'emergency.cancelled': 'cancelled',
  'emergency.expired': 'expired',
};

function timelineProblems({ emergency, events }: EmergencyRecord): string[] {
  const problems: string[] = [];
  const numbers = events.map(({ seq }) => Number(seq));
  if (numbers.some((seq, index) => seq !== index + 1))
    problems.push(`gaps in seq: ${numbers.join()}`);
  if (numbers.length !== emergency.seq)
    problems.push(`${numbers.length} events, seq ${emergency.seq}`);
  let status: EmergencyStatus = emergencyMachine.initial;
  for (const [index, { type, data, actor }] of events.entries()) {
    if (!LIVE_STATUSES.includes(status)) problems.push(`${type} after the end`);
    if ((type === 'emergency.created') !== (index === 0)) problems.push(`${type} at ${index + 1}`);
    const to = type === 'emergency.status_changed' ? (data.to as EmergencyStatus) : END[type];
    if (to === undefined) continue;
    const from = status;
    const arrow = Object.values(emergencyMachine.transitions).find(
      (one) =>
        one.from.includes(from) && one.to === to && one.by.some((role) => role === actor.role),
    );
    if (!arrow) problems.push(`${from} → ${to} by ${actor.role} is no arrow of the table`);
    if (data.from !== from) problems.push(`${type} says from ${String(data.from)}, it was ${from}`);
    status = to;
  }
  if (status !== emergency.status) problems.push(`replays to ${status}, is ${emergency.status}`);
  return problems;
}

function responseProblems({ emergency, events }: EmergencyRecord): string[] {
  const problems: string[] = [];
  const replayed = new Map<string, { status: ResponseStatus; leftSeq: number | null }>();
  for (const { type, data, seq } of events) {
    if (!type.startsWith('helper.')) continue;
    const helper = String(data.helper);
    const to = data.status as ResponseStatus;
    const before = replayed.get(helper);
    // A new ETA repeats the status.
    const repeats = type === 'helper.status_changed' && before?.status === to;
    const legal = before
      ? repeats ||
        Object.values(responseMachine.transitions).some(
          (one) => one.from.includes(before.status) && one.to === to,
        )
      : to === responseMachine.initial;
    if (!legal) problems.push(`response of ${helper}: ${before?.status ?? 'none'} → ${to}`);
    replayed.set(helper, { status: to, leftSeq: type === 'helper.left' ? seq : null });
  }
  const stored = emergency.responses.map(({ helper, status }) => `${String(helper)} ${status}`);
  const told = [...replayed].map(([helper, { status }]) => `${helper} ${status}`);
  if (stored.toSorted().join() !== told.toSorted().join()) {
    problems.push(`responses replay to ${told.join()}, are ${stored.join()}`);
  }
  for (const { helper, status, leftSeq, leftBecause } of emergency.responses) {
    const expected = replayed.get(String(helper))?.leftSeq ?? null;
    if (status === 'withdrawn' && (leftSeq !== expected || !leftBecause)) {
      problems.push(
        `${String(helper)} left at ${leftSeq} (${leftBecause}), the timeline says ${expected}`,
      );
    }
    if (status !== 'withdrawn' && status !== 'completed' && leftBecause) {
      problems.push(`${String(helper)} is ${status} and left because ${leftBecause}`);
    }
  }
  return problems;
}

function ledgerProblems({ emergency, alerts, waves }: EmergencyRecord): string[] {
  const problems: string[] = [];
  const rows = new Map(alerts.map((row) => [String(row.helper), row]));
  if (rows.size !== alerts.length) problems.push('a helper has two alerts');
  if (rows.has(String(emergency.requester))) problems.push('the requester was alerted');
  const members = alerts.filter(({ via }) => via !== undefined);
  if (members.length > 50) problems.push(`${members.length} members were alerted`);
  if (emergency.anonymous && members.length > 0) problems.push('members know of an anonymous SOS');
  if (waves.length !== emergency.dispatch.wave) {
    problems.push(`${waves.length} waves told, ${emergency.dispatch.wave} counted`);
  }
  const responses = new Map(emergency.responses.map((one) => [String(one.helper), one]));
  for (const [helper, { status, engaged }] of rows) {
    const response = responses.get(helper);
    const underWay = response !== undefined && UNDER_WAY.includes(response.status);
    if ((engaged === true) !== (underWay && emergency.live)) {
      problems.push(
        `${helper}: engaged ${String(engaged)}, response ${response?.status ?? 'none'}`,
      );
    }
    if (
      (underWay || (response?.status === 'completed' && !response.leftBecause)) !==
      (status === 'accepted')
    ) {
      problems.push(`${helper}: alert ${status}, response ${response?.status ?? 'none'}`);
    }
    if (!emergency.live && PENDING_ALERT.includes(status))
      problems.push(`${helper}: ${status} after the end`);
    if (emergency.live && status === 'expired') problems.push(`${helper}: expired while it lives`);
  }
  for (const helper of responses.keys())
    if (!rows.has(helper)) problems.push(`${helper} was not alerted`);
  return problems;
}

function stateProblems({ emergency }: EmergencyRecord): string[] {
  const problems: string[] = [];
  const { status, live, endedAt, dispatch, completionDueAt } = emergency;
  const comes = emergency.responses.some((one) => UNDER_WAY.includes(one.status));
  const done = emergency.responses.some((one) => one.status === 'completed');
  if (live !== LIVE_STATUSES.includes(status)) problems.push(`${status}, live: ${live}`);
  if (live === (endedAt !== null)) problems.push(`live: ${live}, ended at ${String(endedAt)}`);
  if (status === 'active' && comes) problems.push('active though somebody comes');
  if (status === 'responding' && !comes && !done) problems.push('responding though nobody comes');
  if (completionDueAt && (status !== 'responding' || comes))
    problems.push('completion is due too soon');
  if (status === 'responding' && !comes && !completionDueAt)
    problems.push('nobody left, completion is not due');
  if (!live && (dispatch.nextAt || dispatch.members.dueAt || dispatch.lease))
    problems.push('dispatch goes on after the end');
  if (status === 'active' && emergency.location && !dispatch.nextAt)
    problems.push('dispatch has stopped');
  return problems;
}
