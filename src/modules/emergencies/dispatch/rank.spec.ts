import * as fc from 'fast-check';
import { Types } from 'mongoose';
import { type Candidate, rank, score } from './rank';

const RADIUS = 5000;
const id = (byte: number): Types.ObjectId =>
  new Types.ObjectId(byte.toString(16).padStart(24, '0'));
const candidate = (trustScore: number, distanceMeters: number, helper = id(1)): Candidate => ({
  helper,
  place: { latitude: 0, longitude: 0 },
  distanceMeters,
  trustScore,
});

describe('The score of a helper', () => {
  it.each([
    [1000, 0, 1],
    [0, RADIUS, 0],
    [0, 0, 0.5],
    [1000, RADIUS, 0.5],
    [500, 2500, 0.5],
    [640, 1250, 0.32 + 0.375],
  ])(
    'with trust %i at %i m of 5 km is %f: half trust, half nearness',
    (trust, distance, expected) => {
      expect(score(candidate(trust, distance), RADIUS)).toBeCloseTo(expected, 12);
    },
  );

  it('lies between 0 and 1 for everybody inside the radius, and falls with distance', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 100, max: 50_000 }),
        fc.integer({ min: 0, max: 100 }),
        (trust, radius, percent) => {
          const here = score(candidate(trust, (percent / 100) * radius), radius);
          expect(here).toBeGreaterThanOrEqual(0);
          expect(here).toBeLessThanOrEqual(1);
          expect(score(candidate(trust, radius), radius)).toBeLessThanOrEqual(here);
        },
      ),
    );
  });
});

describe('The ranking', () => {
  it('puts the best first', () => {
    const near = candidate(0, 100, id(1));
    const trusted = candidate(900, 3000, id(2));
    const neither = candidate(10, 4900, id(3));
    expect(rank([neither, near, trusted], RADIUS)).toEqual([trusted, near, neither]);
  });

  it('decides equal scores by distance', () => {
    const far = candidate(1000, RADIUS, id(1));
    const near = candidate(0, 0, id(2));
    expect(score(far, RADIUS)).toBe(score(near, RADIUS));
    expect(rank([far, near], RADIUS)).toEqual([near, far]);
  });

  it('decides equal scores at equal distance by id, whatever the order they came in', () => {
    const twins = [3, 1, 2].map((byte) => candidate(500, 700, id(byte)));
    for (const order of [twins, twins.toReversed()]) {
      expect(rank(order, RADIUS).map(({ helper }) => helper.toHexString())).toEqual(
        [1, 2, 3].map((byte) => id(byte).toHexString()),
      );
    }
  });

  it('changes nothing but the order, and does not touch what it was given', () => {
    const given = Object.freeze([candidate(1, 1, id(1)), candidate(2, 2, id(2))]);
    expect(new Set(rank(given, RADIUS))).toEqual(new Set(given));
  });
});
