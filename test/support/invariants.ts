import type { Types } from 'mongoose';
import type { EventRecord } from '../../src/modules/events/schemas/event.schema';
import type { Alert } from '../../src/modules/emergencies/schemas/alert.schema';
import type { Emergency } from '../../src/modules/emergencies/schemas/emergency.schema';
import type { TestApp } from './app';
import { objectId } from './emergencies';
import { brokenRules, type EmergencyRecord } from './emergency-rules';

/** All that is on disk about one emergency, in one snapshot. */
export async function recordOf(server: TestApp, id: string): Promise<EmergencyRecord> {
  const key = objectId(server, id);
  return server.connection.transaction(
    async (session) => {
      // Native calls, for what is really on disk; they belong to the snapshot by their session alone.
      const read = async <T>(collection: string, filter: object): Promise<T[]> => {
        const found: unknown[] = await server.connection
          .collection(collection)
          .find(filter, { session })
          .toArray();
        return found as T[];
      };
      const [emergency] = await read<Emergency>('emergencies', { _id: key });
      const all = await read<EventRecord>('events', { subject: key });
      const alerts = await read<Alert>('alerts', { emergency: key });
      if (!emergency) throw new Error(`There is no emergency ${id}.`);
      const events = all
        .filter(({ seq }) => seq !== null)
        .toSorted((a, b) => Number(a.seq) - Number(b.seq));
      const waves = all.filter(({ type }) => type === 'emergency.alerted');
      return { emergency, events, waves, alerts };
    },
    { readConcern: { level: 'snapshot' } },
  );
}

/**
 * Checks everything that must be true of an emergency at every instant: the timeline has no gaps and replays by the
 * transition tables to what is stored; responses, ledger rows and engagements agree; nobody is engaged after the end.
 *
 * @throws Error that names every rule that is broken.
 */
export async function checkInvariants(server: TestApp, id: string): Promise<EmergencyRecord> {
  const record = await recordOf(server, id);
  const problems = brokenRules(record);
  if (problems.length > 0) {
    const told = record.events.map(
      ({ seq, type, data }) => `${seq} ${type} ${JSON.stringify(data)}`,
    );
    throw new Error(`Emergency ${id}:\n- ${problems.join('\n- ')}\n${told.join('\n')}`);
  }
  return record;
}

/** True when no row of the whole ledger engages this helper. */
export async function isFree(server: TestApp, helper: Types.ObjectId): Promise<boolean> {
  return (await server.connection.collection('alerts').findOne({ helper, engaged: true })) === null;
}
