import { distanceMeters } from '../../common/geo/geo';
import { Random } from '../random';
import { away, findCity, somewhereIn } from './city';

describe('finding a city', () => {
  it('gives its real coordinates, in whatever case it is written', () => {
    const { name, country, centre } = findCity('leipzig');
    expect({ name, country }).toEqual({ name: 'Leipzig', country: 'DE' });
    expect(distanceMeters(centre, { latitude: 51.34, longitude: 12.375 })).toBeLessThan(1000);
  });

  it('asks for the country where a name stands for several', () => {
    expect(() => findCity('Utrecht')).toThrow(/NL, ZA.*write Utrecht,/);
    expect(findCity('Utrecht,NL').country).toBe('NL');
  });

  it('says so when there is none', () => {
    expect(() => findCity('Nowhere-at-all')).toThrow('no city');
  });
});

describe('living in a city', () => {
  const city = findCity('Leipzig');

  it('means within 4 km of its centre, more densely towards the middle', () => {
    const random = new Random(1);
    const distances = Array.from({ length: 1000 }, () =>
      distanceMeters(city.centre, somewhereIn(city, random)),
    );
    expect(Math.max(...distances)).toBeLessThanOrEqual(4010);
    // The inner circle of 2 km is a quarter of the area; with an even density a quarter would live there.
    expect(distances.filter((distance) => distance < 2000).length).toBeGreaterThan(450);
  });

  it('is measured alike in every direction', () => {
    for (const bearing of [0, 1, 2, 3, 4, 5, 6]) {
      expect(distanceMeters(city.centre, away(city.centre, 1000, bearing))).toBeCloseTo(1000, -1);
    }
  });
});
