import * as fc from 'fast-check';
import { distanceMeters, EARTH_RADIUS_METERS, type Place, toGeoPoint, toPlace } from './geo';

/** Spread evenly: `fc.double` is even over the bits of a number, so that most of its values are all but zero. */
const between = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: Math.round(min * 1e6), max: Math.round(max * 1e6) }).map((one) => one / 1e6);

const place = (latitude: number, longitude: number): Place => ({ latitude, longitude });
const places = fc.record({
  latitude: between(-90, 90),
  longitude: between(-180, 180),
});
const HALF_ROUND = Math.PI * EARTH_RADIUS_METERS;

describe('The distance of two places', () => {
  it.each<[string, Place, Place, number]>([
    ['one degree of latitude', place(10, 20), place(11, 20), HALF_ROUND / 180],
    ['one degree of longitude at the equator', place(0, 20), place(0, 21), HALF_ROUND / 180],
    ['over the antimeridian', place(0, 179.5), place(0, -179.5), HALF_ROUND / 180],
    ['over the pole', place(89.5, 0), place(89.5, 180), HALF_ROUND / 180],
    ['two longitudes of the pole itself', place(90, 12), place(90, -100), 0],
    ['two names of one meridian', place(12, 180), place(12, -180), 0],
    ['antipodes', place(30, 40), place(-30, -140), HALF_ROUND],
    ['Berlin and Paris', place(52.520008, 13.404954), place(48.856613, 2.352222), 878_500],
  ])('is right for %s', (_, a, b, expected) => {
    expect(Math.abs(distanceMeters(a, b) - expected)).toBeLessThan(Math.max(0.01, expected * 1e-4));
  });

  it('is the same both ways, never negative, never more than half the way round', () => {
    fc.assert(
      fc.property(places, places, (a, b) => {
        const distance = distanceMeters(a, b);
        expect(distance).toBeGreaterThanOrEqual(0);
        expect(distance).toBeLessThanOrEqual(HALF_ROUND + 1e-6);
        expect(distanceMeters(b, a)).toBeCloseTo(distance, 6);
      }),
    );
  });

  it('is no longer than a way round by a third place', () => {
    fc.assert(
      fc.property(places, places, places, (a, b, c) => {
        expect(distanceMeters(a, c)).toBeLessThanOrEqual(
          distanceMeters(a, b) + distanceMeters(b, c) + 1,
        );
      }),
    );
  });
});

describe('A GeoJSON point', () => {
  it('holds the longitude first, and gives the place back', () => {
    expect(toGeoPoint(place(51, 12))).toEqual({ type: 'Point', coordinates: [12, 51] });
    expect(toPlace(toGeoPoint(place(51, 12)))).toEqual(place(51, 12));
  });
});
