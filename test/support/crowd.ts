import type { Types } from 'mongoose';
import { type Place, toGeoPoint } from '../../src/common/geo/geo';
import type { TestApp } from './app';

export interface CrowdMember {
  place: Place;
  helper?: boolean;
  verified?: boolean;
  available?: boolean;
  status?: 'active' | 'suspended' | 'erased';
  trustScore?: number;
  helperRadiusMeters?: number;
  heardAt?: Date;
  blockedUsers?: Types.ObjectId[];
}

/** Writes many accounts at once; registering each by the API would take the time of the test. Ready to be alerted. */
export async function crowd(server: TestApp, members: CrowdMember[]): Promise<Types.ObjectId[]> {
  if (members.length === 0) return [];
  const { insertedIds } = await server.connection.collection('users').insertMany(
    members.map(({ place, heardAt, ...settings }, index) => ({
      displayName: `Crowd ${index}`,
      role: 'user',
      helper: true,
      verified: true,
      available: true,
      status: 'active',
      trustScore: 500,
      helperRadiusMeters: 50_000,
      blockedUsers: [],
      ...settings,
      location: toGeoPoint(place),
      locationUpdatedAt: heardAt ?? server.clock.now(),
    })),
  );
  return Object.values(insertedIds) as Types.ObjectId[];
}
