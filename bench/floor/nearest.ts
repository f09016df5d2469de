import type { Collection, Db, ObjectId } from 'mongodb';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Place } from '../data/places';

interface Nearby {
  _id: ObjectId;
  location: { coordinates: [longitude: number, latitude: number] };
  helperRadiusMeters: number;
  trustScore: number;
}

/** What is used of `src/modules/users/nearest-helpers.ts`; the bench is compiled by itself. */
export interface NearestHelpers {
  find(query: {
    place: Place;
    radiusMeters: number;
    limit: number;
    heardSince: Date;
    requester: ObjectId;
    blockedByRequester: ObjectId[];
  }): Promise<{ helpers: Nearby[] }>;
}

interface NearestModule {
  NearestHelpers: new (users: Collection) => NearestHelpers;
}

/** AllyNet's own search, so that the floor searches alike however that changes. */
export function nearestHelpers(database: Db): NearestHelpers {
  const load = createRequire(__filename);
  const path = join(__dirname, '../../modules/users/nearest-helpers.js');
  return new (load(path) as NearestModule).NearestHelpers(database.collection('users'));
}
