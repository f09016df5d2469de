import type { Evidence } from './evidence';
import type { Violation } from './violation';

/** Whoever was in a room holds each of its events once, in order: all of them, or up to the one with which they left. */
export function checkRooms({ stored, phones }: Evidence): {
  rooms: number;
  violations: Violation[];
} {
  const records = new Map(stored.records.map((record) => [String(record.emergency._id), record]));
  let rooms = 0;
  const violations = phones.flatMap(({ owner, rooms: held }) =>
    held.flatMap(({ emergencyId, applied, problems }): Violation[] => {
      rooms += 1;
      const about = { emergency: emergencyId, entries: [] };
      const found = problems.map((what): Violation => ({
        kind: 'wrong',
        what: `the phone of ${owner}: ${what}`,
        ...about,
      }));
      const record = records.get(emergencyId);
      if (!record) return found;
      const left = record.emergency.responses.find(
        ({ helper }) => String(helper) === owner,
      )?.leftSeq;
      const due = record.events.slice(0, left ?? undefined).map(({ _id }) => String(_id));
      const first = due.findIndex((id, index) => id !== applied[index]);
      if (first >= 0) {
        const has = applied[first] ?? `nothing, of ${due.length} events`;
        const what = `the phone of ${owner} has ${has} for event ${due[first]}`;
        found.push({ kind: 'lost', what, seq: first + 1, ...about });
      } else if (applied.length > due.length) {
        const what = `the phone of ${owner} has ${applied.length} events, ${due.length} were for it`;
        found.push({ kind: 'wrong', what, seq: due.length + 1, ...about });
      }
      return found;
    }),
  );
  return { rooms, violations };
}
