import * as fc from 'fast-check';
import { Types } from 'mongoose';
import { coarseCell, coarseDistance } from '../../src/common/geo/coarse-cell';
import { distanceMeters, type Place } from '../../src/common/geo/geo';
import { HOUR, later } from '../../src/common/time/clock';
import { Discovery } from '../../src/modules/emergencies/dispatch/discovery';
import { rank } from '../../src/modules/emergencies/dispatch/rank';
import { must, register } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { crowd, type CrowdMember } from '../support/crowd';
import { north, raise, somewhere } from '../support/emergencies';
import { recordOf } from '../support/invariants';

let server: TestApp;

beforeAll(async () => {
  server = await startTestApp();
});
afterEach(async () => {
  await server.connection.collection('users').deleteMany({ email: { $exists: false } });
  await server.connection.collection('alerts').deleteMany({});
});
afterAll(() => server.close());

/** The place so far from another, in that direction; over poles and antimeridian too. */
function away(from: Place, meters: number, bearing: number): Place {
  const radians = Math.PI / 180;
  const arc = meters / 6_378_100;
  const [latitude, longitude] = [from.latitude * radians, from.longitude * radians];
  const sine =
    Math.sin(latitude) * Math.cos(arc) + Math.cos(latitude) * Math.sin(arc) * Math.cos(bearing);
  const there = Math.asin(Math.min(1, Math.max(-1, sine)));
  const turned =
    longitude +
    Math.atan2(
      Math.sin(bearing) * Math.sin(arc) * Math.cos(latitude),
      Math.cos(arc) - Math.sin(latitude) * sine,
    );
  const degrees = ((((turned / radians + 180) % 360) + 360) % 360) - 180;
  return { latitude: there / radians, longitude: degrees };
}

/** Spread evenly: `fc.double` is even over the bits of a number, so that most of its values are all but zero. */
const between = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: min * 1e6, max: max * 1e6 }).map((millionths) => millionths / 1e6);

const centres = fc.record({
  latitude: fc.oneof(between(-90, 90), fc.constantFrom(-90, 90, 89.99, -89.99, 0)),
  longitude: fc.oneof(between(-180, 180), fc.constantFrom(-180, 180, 179.999, -179.999, 0)),
});

interface Somebody {
  distance: number;
  bearing: number;
  helperRadiusMeters: number;
  trustScore: number;
  hoursSilent: number;
  flaw:
    | 'none'
    | 'helper'
    | 'verified'
    | 'available'
    | 'suspended'
    | 'blocks'
    | 'blocked'
    | 'engaged'
    | 'raising';
}

const somebody: fc.Arbitrary<Somebody> = fc.record({
  distance: between(0, 1.5),
  bearing: between(0, 6.283),
  helperRadiusMeters: fc.integer({ min: 100, max: 50_000 }),
  trustScore: fc.integer({ min: 0, max: 1000 }),
  hoursSilent: fc.constantFrom(0, 0, 0, 1, 23, 25, 100),
  flaw: fc.oneof(
    { weight: 3, arbitrary: fc.constant('none' as const) },
    {
      weight: 2,
      arbitrary: fc.constantFrom<Somebody['flaw']>(
        'helper',
        'verified',
        'available',
        'suspended',
        'blocks',
        'blocked',
        'engaged',
        'raising',
      ),
    },
  ),
});

describe('Discovery', () => {
  it('finds exactly those whom brute force finds: everywhere on Earth, for any radius, flag, block and engagement', async () => {
    const users = server.connection.collection('users');
    await fc.assert(
      fc.asyncProperty(
        centres,
        fc.integer({ min: 100, max: 50_000 }),
        fc.array(somebody, { minLength: 1, maxLength: 40 }),
        async (place, radiusMeters, people) => {
          const requester = new Types.ObjectId();
          const now = server.clock.now();
          const members: CrowdMember[] = people.map((one) => ({
            place: away(place, one.distance * radiusMeters, one.bearing),
            helperRadiusMeters: one.helperRadiusMeters,
            trustScore: one.trustScore,
            heardAt: later(now, -one.hoursSilent * HOUR),
            helper: one.flaw !== 'helper',
            verified: one.flaw !== 'verified',
            available: one.flaw !== 'available',
            status: one.flaw === 'suspended' ? 'suspended' : 'active',
            blockedUsers: one.flaw === 'blocks' ? [requester] : [],
          }));
          const ids = await crowd(server, members);
          const having = (flaw: Somebody['flaw']): Types.ObjectId[] =>
            ids.filter((_, index) => people[index]?.flaw === flaw);
          const busy = having('engaged').map((helper) => ({
            helper,
            emergency: new Types.ObjectId(),
            engaged: true,
          }));
          const raising = having('raising').map((one) => ({ requester: one, live: true }));
          if (busy.length > 0) await server.connection.collection('alerts').insertMany(busy);
          if (raising.length > 0) {
            await server.connection.collection('emergencies').insertMany(raising);
          }
          try {
            const candidates = await server.get(Discovery).candidates({
              place,
              radiusMeters,
              requester,
              blockedByRequester: having('blocked'),
            });
            const found = new Set(candidates.map(({ helper }) => helper.toHexString()));
            for (const [index, id] of ids.entries()) {
              const one = people[index];
              const member = members[index];
              const distance = distanceMeters(place, member.place);
              // Within a centimetre of the border either answer is right.
              if (Math.abs(distance - radiusMeters) < 0.01) continue;
              const told = coarseDistance(distanceMeters(coarseCell(place), member.place));
              const inReach = distance < radiusMeters && told <= one.helperRadiusMeters;
              const expected = one.flaw === 'none' && one.hoursSilent < 24 && inReach;
              expect([one, distance, found.has(id.toHexString())]).toEqual([
                one,
                distance,
                expected,
              ]);
            }
          } finally {
            await users.deleteMany({ _id: { $in: ids } });
            await server.connection.collection('alerts').deleteMany({ helper: { $in: ids } });
            await server.connection
              .collection('emergencies')
              .deleteMany({ requester: { $in: ids } });
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('alerts the top fifty by rank of all who are eligible', async () => {
    const place = somewhere();
    const members = Array.from({ length: 120 }, (_, index) => ({
      place: north(place, 20 * index),
      trustScore: (index * 379) % 1000,
    }));
    const ids = await crowd(server, members);
    const requester = await register(server);
    const { id } = must(await raise(requester, { location: place, radiusMeters: 5000 })).data;
    const best = rank(
      members.map((member, index) => ({
        helper: ids[index],
        place: member.place,
        distanceMeters: distanceMeters(place, member.place),
        trustScore: member.trustScore,
      })),
      5000,
    ).slice(0, 50);
    const { alerts } = await recordOf(server, id);
    const told = alerts.toSorted((a, b) => a.rank - b.rank).map(({ helper }) => String(helper));
    expect(told).toEqual(best.map(({ helper }) => String(helper)));
  });

  it('holds a helper’s own radius against the distance that they are told: being alerted tells no more', async () => {
    // At the edge of a cell: its centre is 240 m away.
    const centre = coarseCell(somewhere());
    const place = north(centre, 240);
    const [near, told] = await crowd(server, [
      { place: north(place, 50), helperRadiusMeters: 100 },
      { place: centre, helperRadiusMeters: 100 },
    ]);
    const requester = await register(server);
    const { id } = must(await raise(requester, { location: place, radiusMeters: 5000 })).data;
    const { alerts } = await recordOf(server, id);
    expect(alerts.map(({ helper }) => String(helper))).toEqual([String(told)]);
    expect(alerts.map(({ helper }) => String(helper))).not.toContain(String(near));
    expect(alerts[0]).toMatchObject({ cell: centre, distanceMeters: 0 });
  });

  it('asks for more where many of the nearest are not eligible, until it has fifty', async () => {
    const place = somewhere();
    // The nearest 170 come no further than 100 m, and no centre of a cell is so near to them; the next 30 are engaged elsewhere.
    await crowd(
      server,
      Array.from({ length: 170 }, (_, index) => ({
        place: north(place, 600 + index),
        helperRadiusMeters: 100,
      })),
    );
    const busy = await crowd(
      server,
      Array.from({ length: 30 }, (_, index) => ({ place: north(place, 800 + index) })),
    );
    await server.connection
      .collection('alerts')
      .insertMany(
        busy.map((helper) => ({ helper, emergency: new Types.ObjectId(), engaged: true })),
      );
    const able = await crowd(
      server,
      Array.from({ length: 60 }, (_, index) => ({ place: north(place, 900 + index) })),
    );
    const requester = await register(server);
    const { id } = must(await raise(requester, { location: place, radiusMeters: 5000 })).data;
    const { alerts } = await recordOf(server, id);
    const told = new Set(alerts.map(({ helper }) => String(helper)));
    expect(told.size).toBe(50);
    expect(able.slice(0, 50).every((helper) => told.has(String(helper)))).toBe(true);
  });
});
