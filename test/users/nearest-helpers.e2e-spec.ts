import type { Collection } from 'mongodb';
import { Types } from 'mongoose';
import { distanceMeters, type Place, toGeoPoint } from '../../src/common/geo/geo';
import { NearestHelpers, type NearestQuery } from '../../src/modules/users/nearest-helpers';
import { startTestApp, type TestApp } from '../support/app';

const LIMIT = 30;
const NOW = new Date();
const HOUR_AGO = new Date(NOW.getTime() - 3_600_000);

/** Denser towards the middle by three orders of magnitude. */
function somewhere(middle: Place, random: () => number): Place {
  const reach = 0.001 * 10 ** (random() * 2.5);
  const longitude = middle.longitude + (random() - 0.5) * reach;
  return {
    latitude: middle.latitude + (random() - 0.5) * reach,
    longitude: longitude > 180 ? longitude - 360 : longitude,
  };
}

/** The same numbers in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe.each([
  ['in a city', { latitude: 52.52, longitude: 13.4 }],
  ['on both sides of the date line', { latitude: -16.8, longitude: 179.9999 }],
  ['in the far north', { latitude: 89.5, longitude: 20 }],
])('The nearest helpers %s', (_where, middle) => {
  let app: TestApp;
  let users: Collection;
  let helpers: { id: string; place: Place }[];
  let ringsDrawn = 0;
  let nearest: NearestHelpers;
  const requester = new Types.ObjectId();

  const query = (place: Place, changes: Partial<NearestQuery> = {}): NearestQuery => ({
    place,
    radiusMeters: 5000,
    limit: LIMIT,
    heardSince: HOUR_AGO,
    requester,
    blockedByRequester: [],
    ...changes,
  });

  async function settle(count: number, random: () => number): Promise<void> {
    const rows = Array.from({ length: count }, () => {
      const place = somewhere(middle, random);
      return {
        _id: new Types.ObjectId(),
        helper: true,
        verified: true,
        available: true,
        status: 'active',
        trustScore: 500,
        helperRadiusMeters: 5000,
        blockedUsers: [] as Types.ObjectId[],
        location: toGeoPoint(place),
        locationUpdatedAt: NOW,
      };
    });
    await users.deleteMany({});
    await users.insertMany(rows);
    helpers = rows.map(({ _id, location }) => ({
      id: _id.toHexString(),
      place: { latitude: location.coordinates[1], longitude: location.coordinates[0] },
    }));
  }

  /** By looking at everybody. */
  function expected({ place, radiusMeters, limit }: NearestQuery): string[] {
    return helpers
      .map(({ id, place: at }) => ({ id, distance: distanceMeters(place, at) }))
      .filter(({ distance }) => distance <= radiusMeters)
      .sort((a, b) => a.distance - b.distance)
      .slice(0, limit)
      .map(({ id }) => id);
  }

  async function found(wanted: NearestQuery): Promise<string[]> {
    return (await nearest.find(wanted)).helpers.map(({ _id }) => _id.toHexString());
  }

  beforeAll(async () => {
    app = await startTestApp();
    users = app.connection.collection('users');
  });
  beforeEach(async () => {
    ringsDrawn = 0;
    nearest = new NearestHelpers({
      find: (filter: object) => {
        if (JSON.stringify(filter).includes('$geoWithin')) ringsDrawn += 1;
        return users.find(filter as never) as never;
      },
    } as unknown as Collection);
    await settle(1500, seeded(7));
  });
  afterAll(() => app.close());

  it('are the same whether a ring is drawn or not, whatever the place and the radius', async () => {
    const random = seeded(11);
    for (let search = 0; search < 60; search += 1) {
      const wanted = query(somewhere(middle, random), { radiusMeters: 100 + random() * 20_000 });
      expect(await found(wanted)).toEqual(expected(wanted));
    }
    expect(ringsDrawn).toBeGreaterThan(20);
  });

  it('are the same after everybody has moved together or away', async () => {
    const places = Array.from({ length: 15 }, (_, index) => somewhere(middle, seeded(index)));
    for (const count of [1500, 40, 3000]) {
      await settle(count, seeded(count));
      for (const place of places) {
        expect(await found(query(place))).toEqual(expected(query(place)));
      }
    }
  });

  it('are each found once, though MongoDB meets those who move meanwhile at two places', async () => {
    const place = middle;
    const moving = new NearestHelpers({
      find: (filter: object) => {
        const cursor = users.find(filter as never);
        const read = cursor.toArray.bind(cursor);
        cursor.toArray = async () => {
          const rows = await read();
          return [...rows.slice(0, 3), ...rows].slice(0, rows.length);
        };
        return cursor;
      },
    } as unknown as Collection);
    // The first feels its way outwards, the others draw rings.
    for (let search = 0; search < 3; search += 1) {
      const { helpers: once, more } = await moving.find(query(place));
      const ids = once.map(({ _id }) => _id.toHexString());
      expect(ids).toEqual([...new Set(ids)]);
      expect(ids.length).toBeGreaterThanOrEqual(LIMIT - 3);
      expect(more).toBe(true);
    }
  });

  it('are those who may come, inside a ring too', async () => {
    const place = middle;
    await found(query(place));
    const [blocker, absent, stale, blocked, passedOver] = expected(query(place));
    const set = (id: string | undefined, changes: object) =>
      users.updateOne({ _id: new Types.ObjectId(id) }, { $set: changes });
    await set(blocker, { blockedUsers: [requester] });
    await set(absent, { available: false });
    await set(stale, { locationUpdatedAt: new Date(HOUR_AGO.getTime() - 1) });
    const drawn = ringsDrawn;
    const ids = await found(
      query(place, {
        blockedByRequester: [new Types.ObjectId(blocked)],
        passOver: [new Types.ObjectId(passedOver)],
      }),
    );
    expect(ringsDrawn).toBeGreaterThan(drawn);
    expect(ids).toEqual(expected(query(place, { limit: LIMIT + 5 })).slice(5));
  });
});
