import { type Db, type MongoClient, ReadConcern, ReadPreference } from 'mongodb';
import type { Place } from '../../src/common/geo/geo';
import type { Emergency } from '../../src/modules/emergencies/schemas/emergency.schema';
import type { Alert } from '../../src/modules/emergencies/schemas/alert.schema';
import type { EventRecord } from '../../src/modules/events/schemas/event.schema';
import type { EmergencyRecord } from '../../test/support/emergency-rules';
import type { Entry } from '../driver/journal';
import { everybody, type Village } from '../driver/village';

/** What one phone had at the end. */
export interface Phone {
  owner: string;
  rooms: {
    emergencyId: string;
    /** Ids of events, number 1 first. */
    applied: string[];
    problems: string[];
  }[];
  /** Ids of the alerts that reached it. */
  alerts: Set<string>;
}

/** What the database holds. */
export interface Stored {
  records: EmergencyRecord[];
  /** Events of emergencies that are not there. */
  strayEvents: EventRecord[];
  /** How often each clientId stands in the messages. */
  messages: Map<string, number>;
  /** By user. */
  places: Map<string, Place>;
}

/** All that is compared. */
export interface Evidence {
  entries: readonly Entry[];
  stored: Stored;
  phones: Phone[];
  /** Who must be alerted to an emergency of this requester. */
  helpersOf: (requester: string) => string[];
}

/** Reads what a majority of the members holds, in one look. */
export async function readStored(client: MongoClient, database: string): Promise<Stored> {
  const db = client.db(database, {
    readConcern: new ReadConcern('majority'),
    readPreference: ReadPreference.primary,
  });
  // Other kinds (the notifications that an alert brings) are the affair of their own domains' tests.
  const ofEmergencies = (await all<EventRecord>(db, 'events')).filter(
    ({ kind }) => kind === 'emergency',
  );
  const events = group(ofEmergencies, ({ subject }) => String(subject));
  const alerts = group(await all<Alert>(db, 'alerts'), ({ emergency }) => String(emergency));
  const records = (await all<Emergency>(db, 'emergencies')).map((emergency): EmergencyRecord => {
    const id = String(emergency._id);
    const told = events.get(id) ?? [];
    events.delete(id);
    return {
      emergency,
      events: told
        .filter(({ seq }) => seq !== null)
        .toSorted((a, b) => Number(a.seq) - Number(b.seq)),
      waves: told.filter(({ type }) => type === 'emergency.alerted'),
      alerts: alerts.get(id) ?? [],
    };
  });
  const messages = new Map<string, number>();
  for (const { clientId } of await all<{ clientId: string }>(db, 'messages')) {
    messages.set(clientId, (messages.get(clientId) ?? 0) + 1);
  }
  const places = new Map<string, Place>();
  for (const { _id, location } of await all<LocatedUser>(db, 'users')) {
    if (!location) continue;
    const [longitude, latitude] = location.coordinates;
    places.set(String(_id), { latitude, longitude });
  }
  return { records, strayEvents: [...events.values()].flat(), messages, places };
}

export function readPhones(villages: Village[]): Phone[] {
  return villages.flatMap(everybody).map(({ id, device }) => ({
    owner: id,
    rooms: [...device.rooms.values()].map(({ emergencyId, applied, problems }) => ({
      emergencyId,
      applied: [...applied],
      problems: [...problems],
    })),
    alerts: new Set([...device.alerts.values()].flatMap((ids) => [...ids])),
  }));
}

interface LocatedUser {
  _id: unknown;
  location?: { coordinates: [number, number] } | null;
}

async function all<T>(db: Db, collection: string): Promise<T[]> {
  const documents: unknown[] = await db.collection(collection).find().toArray();
  return documents as T[];
}

export function group<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const members = groups.get(key(item));
    if (members) members.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
