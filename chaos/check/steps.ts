import { isDeepStrictEqual } from 'node:util';
import type { Place } from '../../src/common/geo/geo';
import type { EventRecord } from '../../src/modules/events/schemas/event.schema';
import type { EmergencyRecord } from '../../test/support/emergency-rules';
import type { Entry, Step } from '../driver/journal';
import { type Evidence, group, type Stored } from './evidence';
import type { Violation } from './violation';

/** A phone that gave an attempt up may still be overtaken by it for as long as a request can live on a node. */
const LATE_MS = 20_000;

/** Each acknowledged step is in the database once; one that was never answered once or not at all; nothing else is. */
export function checkSteps({ entries, stored }: Evidence): Violation[] {
  const byEmergency = group(
    entries.filter(({ step, emergency }) => step !== 'raise' && emergency !== null),
    ({ emergency }) => emergency ?? '',
  );
  return [
    ...raised(entries, stored),
    ...stored.records.flatMap((record) => {
      const own = byEmergency.get(String(record.emergency._id)) ?? [];
      return [...timelineSteps(record, own), ...declines(record, own), ...fixes(record, own)];
    }),
    ...messages(entries, stored),
    ...moves(entries, stored),
    ...stored.strayEvents.map((event): Violation => ({
      kind: 'wrong',
      what: `event ${String(event._id)} (${event.type}) belongs to no emergency`,
      emergency: String(event.subject),
      entries: [],
    })),
  ];
}

function raised(entries: readonly Entry[], { records }: Stored): Violation[] {
  const found = group(records, ({ emergency: { requester, requestId } }) =>
    signature(String(requester), requestId ?? ''),
  );
  const violations: Violation[] = [];
  for (const entry of entries.filter(({ step }) => step === 'raise')) {
    const key = signature(entry.actor, entry.key);
    const ids = (found.get(key) ?? []).map(({ emergency }) => String(emergency._id));
    found.delete(key);
    const least = entry.acknowledged ? 1 : 0;
    const most = entry.refused === null ? 1 : 0;
    const tell = (kind: Violation['kind'], what: string): unknown =>
      violations.push({ kind, what, emergency: entry.emergency, entries: [entry] });
    if (ids.length < least) tell('lost', 'an acknowledged SOS is not in the database');
    if (ids.length > most)
      tell('duplicated', `one SOS is ${ids.length} emergencies: ${ids.join()}`);
    if (least === 1 && ids[0] !== undefined && ids[0] !== entry.emergency) {
      tell('wrong', `the answer named another emergency than the stored ${ids[0]}`);
    }
  }
  for (const { emergency } of [...found.values()].flat()) {
    const id = String(emergency._id);
    violations.push({ kind: 'wrong', what: 'nobody raised it', emergency: id, entries: [] });
  }
  return violations;
}

/** Steps that are an event each. What a status change says follows from them, and is checked by the transition table. */
function timelineSteps({ emergency, events }: EmergencyRecord, own: Entry[]): Violation[] {
  const done = group(own.filter(isEvent), ({ step, actor }) => signature(step, actor));
  const told = group(events, (event) => ofEvent(event) ?? '');
  const violations: Violation[] = [];
  for (const key of new Set([...done.keys(), ...told.keys()])) {
    if (key === '') continue;
    const entries = done.get(key) ?? [];
    const found = told.get(key) ?? [];
    const acknowledged = entries.filter((entry) => entry.acknowledged);
    const open = entries.filter((entry) => !entry.acknowledged && entry.refused === null);
    const tell = (kind: Violation['kind'], what: string, seq?: number | null): unknown =>
      violations.push({
        kind,
        what,
        emergency: String(emergency._id),
        ...(typeof seq === 'number' ? { seq } : {}),
        entries,
      });
    if (found.length < acknowledged.length) {
      tell('lost', `${key}: ${acknowledged.length} acknowledged, ${found.length} in the timeline`);
    }
    if (found.length > acknowledged.length + open.length) {
      // What nobody did, or what was refused.
      const kind = acknowledged.length + open.length === 0 ? 'wrong' : 'duplicated';
      const sent = `${acknowledged.length} acknowledged, ${open.length} without an answer`;
      tell(kind, `${key}: ${sent}, ${found.length} in the timeline`, found.at(-1)?.seq);
    }
    const answered = acknowledged.find((entry) => entry.acknowledged?.seq !== null)?.acknowledged;
    const first = found[0]?.seq;
    if (answered && first && Number(answered.seq) < first) {
      tell('wrong', `${key}: the answer knew of ${answered.seq} events only`, first);
    }
  }
  return violations;
}

const EVENTS: Partial<Record<Step, string>> = {
  accept: 'helper.joined',
  withdraw: 'helper.left',
  on_way: 'helper.status_changed',
  arrived: 'helper.status_changed',
  completed: 'helper.status_changed',
  resolve: 'emergency.resolved',
  cancel: 'emergency.cancelled',
};

function isEvent({ step }: Entry): boolean {
  return EVENTS[step] !== undefined;
}

/** The signature of the step that an event tells of; undefined where it tells of none by itself. */
function ofEvent({ type, actor, data }: EventRecord): string | undefined {
  if (type === 'emergency.created' || type === 'emergency.status_changed') return undefined;
  const step = (Object.keys(EVENTS) as Step[]).find(
    (one) => EVENTS[one] === type && (type !== 'helper.status_changed' || one === data.status),
  );
  return signature(step ?? type, String(actor.id));
}

function declines({ emergency, alerts }: EmergencyRecord, own: Entry[]): Violation[] {
  return own
    .filter(({ step, acknowledged }) => step === 'decline' && acknowledged)
    .filter(
      ({ actor }) => alerts.find(({ helper }) => String(helper) === actor)?.status !== 'declined',
    )
    .map((entry) => ({
      kind: 'lost',
      what: 'an acknowledged decline is not in the ledger',
      emergency: String(emergency._id),
      entries: [entry],
    }));
}

/** The fix that was acknowledged last is the place of the emergency. */
function fixes({ emergency }: EmergencyRecord, own: Entry[]): Violation[] {
  const sent = own.filter(({ step }) => step === 'locate');
  const last = sent.findLast(({ acknowledged }) => acknowledged);
  if (!last) return [];
  const [longitude, latitude] = emergency.location?.point.coordinates ?? [];
  const after = sent.slice(sent.indexOf(last));
  if (after.some(({ data }) => isDeepStrictEqual({ ...data }, { latitude, longitude }))) return [];
  const what = `it is at ${latitude}, ${longitude}, not at the last acknowledged fix`;
  return [{ kind: 'lost', what, emergency: String(emergency._id), entries: after }];
}

function messages(entries: readonly Entry[], stored: Stored): Violation[] {
  return entries
    .filter(({ step }) => step === 'message')
    .flatMap((entry): Violation[] => {
      const found = stored.messages.get(entry.key) ?? 0;
      const about = { emergency: entry.emergency, entries: [entry] };
      if (found > 1)
        return [{ kind: 'duplicated', what: `a message stands ${found} times`, ...about }];
      if (found === 1 || !entry.acknowledged) return [];
      return [{ kind: 'lost', what: 'an acknowledged message is not stored', ...about }];
    });
}

/** A person is where they last said, unless an attempt that they gave up came through later. */
function moves(entries: readonly Entry[], { places }: Stored): Violation[] {
  const moved = group(
    entries.filter(({ step }) => step === 'move'),
    ({ actor }) => actor,
  );
  return [...moved].flatMap(([actor, own]): Violation[] => {
    const last = own.findLast(({ acknowledged }) => acknowledged);
    const at = places.get(actor);
    if (!last?.acknowledged) return [];
    const since = last.acknowledged.at - LATE_MS;
    const possible = own.filter(
      (entry) =>
        entry === last || entry.attempts.some((one) => isOpen(one.outcome) && one.sentAt > since),
    );
    if (at && possible.some(({ data }) => samePlace(data, at))) return [];
    const what = `${actor} is stored at ${at?.latitude}, ${at?.longitude}, not where they last said`;
    return [{ kind: 'lost', what, emergency: last.emergency, entries: possible }];
  });
}

function isOpen(outcome: string): boolean {
  return ['connection', 'timeout'].includes(outcome) || outcome.startsWith('503');
}

function samePlace(data: Record<string, unknown>, { latitude, longitude }: Place): boolean {
  return data.latitude === latitude && data.longitude === longitude;
}

function signature(...parts: string[]): string {
  return parts.join(' by ');
}
