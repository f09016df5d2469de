import * as fc from 'fast-check';
import { coarseCell, coarseDistance } from './coarse-cell';
import { distanceMeters, type Place } from './geo';

/** Spread evenly: `fc.double` is even over the bits of a number, so that most of its values are all but zero. */
const between = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: Math.round(min * 1e6), max: Math.round(max * 1e6) }).map((one) => one / 1e6);

const within = (latitude: number): fc.Arbitrary<Place> =>
  fc.record({
    latitude: fc.oneof(between(-latitude, latitude), fc.constantFrom(-latitude, 0, latitude)),
    longitude: fc.oneof(between(-180, 180), fc.constantFrom(-180, -179.999999, 0, 179.999999, 180)),
  });
/** Half the diagonal of a square of 500 m is 354 m. */
const HALF_DIAGONAL_METERS = 360;
/** Around a pole the cells are sectors: a little longer. */
const AT_THE_POLES_METERS = 440;

describe('The coarse cell of a place', () => {
  it('has its centre within 360 m of the place', () => {
    fc.assert(
      fc.property(within(89.9), (place) => {
        expect(distanceMeters(place, coarseCell(place))).toBeLessThan(HALF_DIAGONAL_METERS);
      }),
      { numRuns: 500 },
    );
  });

  it('has its centre within 440 m of the place at the poles too', () => {
    const polar = fc.record({
      latitude: fc.oneof(between(89.9, 90), between(-90, -89.9), fc.constantFrom(-90, 90)),
      longitude: between(-180, 180),
    });
    fc.assert(
      fc.property(polar, (place) => {
        expect(distanceMeters(place, coarseCell(place))).toBeLessThan(AT_THE_POLES_METERS);
      }),
      { numRuns: 500 },
    );
  });

  it('is a place on Earth', () => {
    fc.assert(
      fc.property(within(90), (place) => {
        const { latitude, longitude } = coarseCell(place);
        expect(Math.abs(latitude)).toBeLessThanOrEqual(90);
        expect(longitude).toBeGreaterThanOrEqual(-180);
        expect(longitude).toBeLessThanOrEqual(180);
      }),
      { numRuns: 500 },
    );
  });

  it('is the same for every place in it, the centre among them: asking from elsewhere tells nothing new', () => {
    fc.assert(
      fc.property(within(90), (place) => {
        const centre = coarseCell(place);
        expect(coarseCell(centre)).toEqual(centre);
        const nearly = { ...centre, latitude: centre.latitude + 0.0015 };
        expect(coarseCell(nearly)).toEqual(centre);
      }),
      { numRuns: 500 },
    );
  });

  it('holds many places: 10,000 of one square kilometre have no more than a dozen answers', () => {
    const answers = new Set<string>();
    for (let index = 0; index < 10_000; index += 1) {
      const place = {
        latitude: 52.52 + 0.00009 * Math.floor(index / 100),
        longitude: 13.4 + 0.000147 * (index % 100),
      };
      answers.add(JSON.stringify(coarseCell(place)));
    }
    expect(answers.size).toBeLessThanOrEqual(12);
    expect(answers.size).toBeGreaterThanOrEqual(4);
  });

  it('does not move with time or version: these are on disk in events', () => {
    expect(coarseCell({ latitude: 51.3397, longitude: 12.3731 })).toEqual(
      coarseCell({ latitude: 51.3398, longitude: 12.3732 }),
    );
    expect(coarseCell({ latitude: 51.3397, longitude: 12.3731 })).toMatchInlineSnapshot(`
      {
        "latitude": 51.33874,
        "longitude": 12.373629,
      }
    `);
    expect(coarseCell({ latitude: 0, longitude: 0 })).toMatchInlineSnapshot(`
      {
        "latitude": 0,
        "longitude": 0.002246,
      }
    `);
  });

  it('is one for the two names of the antimeridian', () => {
    fc.assert(
      fc.property(between(-90, 90), (latitude) => {
        expect(coarseCell({ latitude, longitude: 180 })).toEqual(
          coarseCell({ latitude, longitude: -180 }),
        );
      }),
    );
  });
});

describe('A coarse distance', () => {
  it.each([
    [0, 0],
    [49, 0],
    [50, 100],
    [849.9, 800],
    [850, 900],
  ])('of %f m is shown as %i m', (exact, shown) => {
    expect(coarseDistance(exact)).toBe(shown);
  });
});
