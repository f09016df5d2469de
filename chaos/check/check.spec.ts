import { Types } from 'mongoose';
import type { Emergency } from '../../src/modules/emergencies/schemas/emergency.schema';
import type { Alert } from '../../src/modules/emergencies/schemas/alert.schema';
import type { EventRecord } from '../../src/modules/events/schemas/event.schema';
import type { EmergencyRecord } from '../../test/support/emergency-rules';
import type { Entry, Step } from '../driver/journal';
import { check } from './check';
import type { Evidence, Phone } from './evidence';

const at = (second: number): Date => new Date(Date.UTC(2026, 10, 22, 12, 0, second));
const id = (number: number): Types.ObjectId =>
  new Types.ObjectId(number.toString(16).padStart(24, '0'));

const REQUESTER = id(1);
const HELPER = id(2);
const SOS = id(10);
const ALERT = id(20);

/** One emergency that went well: raised, accepted, resolved; everything about it agrees. */
function evidence(): Evidence & { record: EmergencyRecord; phones: Phone[]; entries: Entry[] } {
  const event = (seq: number, type: string, actor: Types.ObjectId, role: string, data = {}) =>
    ({
      _id: id(100 + seq),
      kind: 'emergency',
      subject: SOS,
      seq,
      type,
      actor: { id: actor, role },
      at: at(seq),
      data,
    }) as unknown as EventRecord;
  const record: EmergencyRecord = {
    emergency: {
      _id: SOS,
      requester: REQUESTER,
      requestId: 'key-1',
      status: 'resolved',
      live: false,
      seq: 4,
      location: { point: { type: 'Point', coordinates: [13, 52] } },
      responses: [{ helper: HELPER, status: 'accepted', leftSeq: null, leftBecause: null }],
      dispatch: { wave: 1, nextAt: null, lease: null, members: { dueAt: null, again: false } },
      createdAt: at(1),
      endedAt: at(4),
      completionDueAt: null,
    } as unknown as Emergency,
    events: [
      event(1, 'emergency.created', REQUESTER, 'requester'),
      event(2, 'helper.joined', HELPER, 'helper', { helper: HELPER, status: 'accepted' }),
      event(3, 'emergency.status_changed', HELPER, 'helper', { from: 'active', to: 'responding' }),
      event(4, 'emergency.resolved', REQUESTER, 'requester', { from: 'responding' }),
    ],
    waves: [
      {
        type: 'emergency.alerted',
        data: { alerts: [{ alert: ALERT, helper: HELPER, attempt: 1 }] },
      } as unknown as EventRecord,
    ],
    alerts: [{ _id: ALERT, helper: HELPER, status: 'accepted', attempt: 1 } as unknown as Alert],
  };
  const entry = (number: number, step: Step, actor: Types.ObjectId, seq: number): Entry => ({
    number,
    step,
    actor: String(actor),
    key: `key-${number}`,
    emergency: String(SOS),
    data: {},
    attempts: [{ sentAt: at(number).getTime(), endedAt: at(number).getTime() + 5, outcome: '200' }],
    acknowledged: { at: at(number).getTime() + 5, seq, replayed: false },
    refused: null,
  });
  const phone = (owner: Types.ObjectId, alerts: string[]): Phone => ({
    owner: String(owner),
    rooms: [
      {
        emergencyId: String(SOS),
        applied: record.events.map(({ _id }) => String(_id)),
        problems: [],
      },
    ],
    alerts: new Set(alerts),
  });
  return {
    record,
    entries: [
      entry(1, 'raise', REQUESTER, 1),
      entry(2, 'accept', HELPER, 3),
      entry(3, 'resolve', REQUESTER, 4),
    ],
    stored: { records: [record], strayEvents: [], messages: new Map(), places: new Map() },
    phones: [phone(REQUESTER, []), phone(HELPER, [`${String(ALERT)}.1`])],
    helpersOf: () => [String(HELPER)],
  };
}

/** What is said of the evidence after somebody has tampered with it. */
function said(tamper: (of: ReturnType<typeof evidence>) => void): string[] {
  const of = evidence();
  tamper(of);
  return check(of).violations.map(({ kind, what }) => `${kind}: ${what}`);
}

describe('The comparison of journal and database', () => {
  it('finds nothing where all agrees, and counts what was compared', () => {
    const { violations, alerts, rooms } = check(evidence());
    expect(violations).toEqual([]);
    expect(alerts).toEqual({ due: 1, delivered: 1, accountedFor: {} });
    expect(rooms).toBe(2);
  });

  it.each<[string, RegExp, (of: ReturnType<typeof evidence>) => void]>([
    [
      'an SOS that is gone',
      /^lost: an acknowledged SOS is not in the database/,
      ({ stored }) => stored.records.pop(),
    ],
    [
      'an SOS that is there twice',
      /^duplicated: one SOS is 2 emergencies/,
      ({ stored, record }) =>
        stored.records.push({ ...record, emergency: { ...record.emergency, _id: id(11) } }),
    ],
    [
      'an SOS that nobody raised',
      /^wrong: nobody raised it/,
      ({ record }) => (record.emergency.requestId = 'another'),
    ],
    [
      'an event that is gone',
      /^lost: accept by .*: 1 acknowledged, 0 in the timeline/,
      ({ record }) => record.events.splice(1, 1),
    ],
    [
      'a gap in the timeline',
      /^wrong: gaps in seq: 1,3,4/,
      ({ record }) => record.events.splice(1, 1),
    ],
    [
      'a step that was done twice',
      /^duplicated: resolve by .*: 1 acknowledged, 0 without an answer, 2 in the timeline/,
      ({ record }) => {
        const [last] = record.events.slice(-1);
        if (last) record.events.push({ ...last, _id: id(105), seq: 5 });
      },
    ],
    [
      'a step that nobody did',
      /^wrong: cancel by .*: 0 acknowledged/,
      ({ record }) => {
        const [last] = record.events.slice(-1);
        if (last) last.type = 'emergency.cancelled';
      },
    ],
    [
      'another status than the timeline leads to',
      /^wrong: replays to resolved, is cancelled/,
      ({ record }) => (record.emergency.status = 'cancelled'),
    ],
    [
      'a step that the transition table has no arrow for',
      /^wrong: active → active by helper is no arrow/,
      ({ record }) => {
        const change = record.events[2];
        if (change) change.data = { from: 'active', to: 'active' };
      },
    ],
    [
      'an alert whose row is gone',
      /^lost: .* was never alerted/,
      ({ record }) => record.alerts.pop(),
    ],
    [
      'an alert that no phone heard and nothing excuses',
      /^lost: alert .*, attempt 1, did not reach .*: sent/,
      ({ record, phones }) => {
        const [row] = record.alerts;
        if (row) row.status = 'sent';
        phones[1]?.alerts.clear();
      },
    ],
    [
      'two live emergencies of one person',
      /^wrong: .* live as well/,
      ({ stored, record }) => {
        const events = record.events.map((event) => ({ ...event, at: at(3) }));
        const emergency = { ...record.emergency, _id: id(11), requestId: 'key-9' };
        stored.records.push({ ...record, emergency, events });
      },
    ],
    [
      'an event that a phone missed',
      /^lost: the phone of .* has .* for event/,
      ({ phones }) => phones[0]?.rooms[0]?.applied.splice(1, 1),
    ],
    [
      'an event that was not for a phone',
      /^wrong: the phone of .* has 4 events, 2 were for it/,
      ({ record }) => {
        const [response] = record.emergency.responses;
        if (response) response.leftSeq = 2;
      },
    ],
    [
      'an answer from before an earlier answer',
      /^wrong: an answer knew of 1 events, one before it of 3/,
      ({ entries }) => {
        const resolve = entries[2]?.acknowledged;
        if (resolve) resolve.seq = 1;
      },
    ],
    [
      'a message that is stored twice',
      /^duplicated: a message stands 2 times/,
      ({ entries, stored }) => {
        const [raise] = entries;
        if (raise) entries.push({ ...raise, number: 4, step: 'message', key: 'chat-1' });
        stored.messages.set('chat-1', 2);
      },
    ],
    [
      'a move that is not where its person is',
      /^lost: .* is stored at undefined, undefined/,
      ({ entries }) => {
        const [raise] = entries;
        if (raise) entries.push({ ...raise, number: 4, step: 'move', data: { latitude: 1 } });
      },
    ],
  ])('names %s', (_, words, tamper) => {
    expect(said(tamper)).toContainEqual(expect.stringMatching(words));
  });

  it('lets a step that was never answered be there once or not at all', () => {
    const open = ({ entries }: ReturnType<typeof evidence>): void => {
      const resolve = entries[2];
      if (resolve) resolve.acknowledged = null;
    };
    expect(said(open)).toEqual([]);
    const tampered = said((of) => {
      open(of);
      of.entries.splice(2, 1);
    });
    expect(tampered).toContainEqual(expect.stringMatching(/^wrong: resolve by/));
  });
});
