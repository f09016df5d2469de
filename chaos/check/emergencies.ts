import { brokenRules, type EmergencyRecord } from '../../test/support/emergency-rules';
import { type Evidence, group } from './evidence';
import type { Violation } from './violation';

/**
 * Each timeline is without gaps and replays by the transition tables to what is stored; nobody ever had two live
 * emergencies; and no answer knew less than one before it.
 */
export function checkEmergencies({ entries, stored }: Evidence): Violation[] {
  const byEmergency = group(entries, ({ emergency }) => emergency ?? '');
  return [
    ...stored.records.flatMap((record) => {
      const id = String(record.emergency._id);
      return brokenRules(record).map((what): Violation => ({
        kind: 'wrong',
        what,
        emergency: id,
        entries: byEmergency.get(id) ?? [],
      }));
    }),
    ...overlaps(stored.records),
    ...backwards(byEmergency),
  ];
}

/** By the times of the events, not by what `live` says now. */
function overlaps(records: EmergencyRecord[]): Violation[] {
  const lives = records.map(({ emergency, events }) => ({
    id: String(emergency._id),
    requester: String(emergency.requester),
    from: events[0]?.at.getTime() ?? emergency.createdAt.getTime(),
    to: emergency.live ? Infinity : (events.at(-1)?.at.getTime() ?? Infinity),
  }));
  return [...group(lives, ({ requester }) => requester).values()].flatMap((own) => {
    const inOrder = own.toSorted((a, b) => a.from - b.from);
    return inOrder.slice(1).flatMap((next, index): Violation[] => {
      const before = inOrder[index];
      if (!before || before.to <= next.from) return [];
      const what = `${next.requester} had ${before.id} live as well`;
      return [{ kind: 'wrong', what, emergency: next.id, entries: [] }];
    });
  });
}

/** Who sends a step after an answer must not be answered from before it. */
function backwards(byEmergency: Map<string, Evidence['entries'][number][]>): Violation[] {
  return [...byEmergency].flatMap(([emergency, entries]) => {
    const answered = entries.flatMap((entry) => {
      const { acknowledged, attempts } = entry;
      const sentAt = attempts.at(-1)?.sentAt;
      if (!acknowledged || acknowledged.seq === null || sentAt === undefined) return [];
      return [{ entry, sentAt, at: acknowledged.at, seq: acknowledged.seq }];
    });
    return answered.flatMap((later): Violation[] => {
      const before = answered.find((one) => one.at < later.sentAt && one.seq > later.seq);
      if (!before) return [];
      const what = `an answer knew of ${later.seq} events, one before it of ${before.seq}`;
      return [{ kind: 'wrong', what, emergency, entries: [before.entry, later.entry] }];
    });
  });
}
