import { isDeepStrictEqual } from 'node:util';
import type { Db, Document } from 'mongodb';
import { ObjectId } from 'mongodb';

/** Fields whose values cannot be alike: ids and times that each server makes for itself. */
const OWN_VALUES = /(^|\.)(_id|emergency|subject|alert|id)$/;

interface Written {
  emergency: Document;
  events: Document[];
  alerts: Document[];
}

/**
 * Makes sure that both servers did the same for the same SOS: the same helpers in the same order with the same
 * distances, and documents with the same fields in the same order, so that a ratio of their speeds means something.
 *
 * @throws Error that names the first difference.
 */
export async function compareWork(floor: Db, allynet: Db, requesters: ObjectId[]): Promise<number> {
  let alerts = 0;
  for (const requester of requesters) {
    const one = await written(floor, requester);
    const other = await written(allynet, requester);
    assertAlike('emergency', [one.emergency], [other.emergency]);
    assertAlike('events', one.events, other.events);
    assertAlike('alerts', one.alerts, other.alerts);
    alerts += one.alerts.length;
  }
  return alerts / requesters.length;
}

async function written(database: Db, requester: ObjectId): Promise<Written> {
  const emergency = await database.collection('emergencies').findOne({ requester });
  if (!emergency) throw new Error(`${database.databaseName} has no emergency to compare.`);
  const events = await database
    .collection('events')
    .find({ subject: emergency._id })
    .sort({ type: 1 })
    .toArray();
  const alerts = await database
    .collection('alerts')
    .find({ emergency: emergency._id })
    .sort({ rank: 1 })
    .toArray();
  return { emergency, events, alerts };
}

function assertAlike(what: string, floor: Document[], allynet: Document[]): void {
  const [one, other] = [floor.map((document) => flat(document)), allynet.map((d) => flat(d))];
  if (isDeepStrictEqual(one, other)) return;
  throw new Error(
    `Floor and AllyNet no longer write the same ${what}; bench/floor has to follow.\n` +
      `floor:   ${JSON.stringify(one)}\nAllyNet: ${JSON.stringify(other)}`,
  );
}

/** Every field as [path, value], in order; ids and times of the server's own making by their type alone. */
function flat(value: unknown, path = ''): [string, unknown][] {
  if (value instanceof ObjectId) {
    return [[path, OWN_VALUES.test(path) ? 'an id' : value.toHexString()]];
  }
  if (value instanceof Date) return [[path, 'a time']];
  if (typeof value !== 'object' || value === null) return [[path, value]];
  const fields = Object.entries(value);
  if (fields.length === 0) return [[path, Array.isArray(value) ? '[]' : '{}']];
  return fields.flatMap(([name, field]) => flat(field, path ? `${path}.${name}` : name));
}
