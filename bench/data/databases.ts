import type { Db, Document } from 'mongodb';
import type { Plan } from '../options';
import { type Kind, person, session, VILLAGERS } from './people';

const BATCH = 5000;

/** How many different people raise an SOS: more than one round has requests, as one person has one live emergency. */
export function requestersOf(plan: Plan): number {
  return Math.max(...Object.values(plan.sos.requests), plan.sos.warmUp) + 500;
}

/** Writes the same people into both databases. Before the indexes, which are built at once and alike afterwards. */
export async function populate(databases: Db[], plan: Plan): Promise<void> {
  const now = new Date();
  const groups = [
    ['helper', plan.helpers],
    ['requester', requestersOf(plan)],
    ['villager', VILLAGERS],
    ['village-requester', plan.sos.deliveries],
  ] as const;
  for (const [kind, count] of groups) {
    await writePeople(databases, kind, count, now);
    // Most helpers in the city never connect, so they need no session.
    const connected = kind === 'helper' ? Math.min(plan.connected, count) : count;
    const sessions = range(0, connected).map((index) => session(kind, index, now));
    for (const database of databases) await database.collection('sessions').insertMany(sessions);
  }
}

export async function writePeople(
  databases: Db[],
  kind: Kind,
  count: number,
  now: Date,
): Promise<void> {
  for (let first = 0; first < count; first += BATCH) {
    const indexes = range(first, Math.min(count, first + BATCH));
    const users = indexes.map((index) => person(kind, index, now));
    for (const database of databases) {
      await database.collection('users').insertMany(users, { ordered: false });
    }
  }
}

/** Gives the second database every collection and index of the first: the two cannot differ. */
export async function copyIndexes(from: Db, to: Db): Promise<number> {
  let copied = 0;
  const present = new Set((await to.listCollections({}, { nameOnly: true }).toArray()).map(nameOf));
  for (const { name, options } of await from.listCollections<CollectionInfo>().toArray()) {
    if (!present.has(name)) await to.createCollection(name, options);
    const indexes = (await from.collection(name).listIndexes().toArray()) as Index[];
    for (const { key, v: _version, ...index } of indexes.filter(({ name }) => name !== '_id_')) {
      await to.command({ createIndexes: name, indexes: [{ key, ...index }] });
      copied += 1;
    }
  }
  return copied;
}

/**
 * Ends what is live, behind both servers' backs and in the same way: otherwise AllyNet's dispatcher would look for more
 * helpers for thousands of unanswered emergencies every 30 s, in the middle of the next rounds.
 */
export async function endLiveEmergencies(databases: Db[]): Promise<void> {
  for (const database of databases) {
    await database.collection('emergencies').updateMany(
      { live: true },
      {
        $set: {
          live: false,
          status: 'cancelled',
          endedAt: new Date(),
          'dispatch.nextAt': null,
          'dispatch.lease': null,
        },
        // What an SOS is followed by after 5 s (inbox, push) is none of what is timed, and would meet the other's turn.
        $unset: { escalateAt: 1 },
      },
    );
  }
}

interface CollectionInfo {
  name: string;
  type: string;
  options: Document;
}

interface Index extends Document {
  name: string;
  key: Document;
  v?: number;
}

function nameOf({ name }: { name: string }): string {
  return name;
}

function range(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, offset) => first + offset);
}
