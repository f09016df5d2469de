export interface Place {
  latitude: number;
  longitude: number;
}

/** The city: helpers and emergencies within a square of this many metres, denser towards its middle. */
const CITY: Place = { latitude: 52.52, longitude: 13.405 };
const CITY_METERS = 30_000;

/** Where the delivery is measured: so far from the city that only the helpers placed there are in reach. */
export const VILLAGE: Place = { latitude: 54.2, longitude: 9.1 };
const VILLAGE_METERS = 2000;

/** For a million helpers: nine of ten in a metropolis, the others all over the land around it. */
const METROPOLIS_METERS = 50_000;
const LAND_METERS = 600_000;

/** As far as somebody gets between two reports of a phone, at most. */
const STEP_METERS = 100;

const METERS_PER_DEGREE = 111_319;

/** A generator of numbers from 0 to 1 that gives the same ones for the same seed (mulberry32), in every process. */
export function numbers(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Somewhere in the city. */
export function inCity(next: () => number): Place {
  return around(CITY, CITY_METERS / 2, next);
}

/** Somewhere near the spot of the delivery. */
export function inVillage(next: () => number): Place {
  return around(VILLAGE, VILLAGE_METERS / 2, next);
}

/** In the middle of a million: thousands in reach. */
export function inMetropolis(next: () => number): Place {
  return around(CITY, METROPOLIS_METERS / 2, next);
}

/** Where mostly few are in reach. */
export function inLand(next: () => number): Place {
  return around(CITY, LAND_METERS / 2, next);
}

/** A few steps away. */
export function near(place: Place, next: () => number): Place {
  return around(place, STEP_METERS, next);
}

/** The sum of two even distributions: a middle that is denser than the edge. */
function around({ latitude, longitude }: Place, reachMeters: number, next: () => number): Place {
  const north = (next() + next() - 1) * reachMeters;
  const east = (next() + next() - 1) * reachMeters;
  const narrowing = Math.cos((latitude * Math.PI) / 180);
  return {
    latitude: round(latitude + north / METERS_PER_DEGREE),
    longitude: round(longitude + east / METERS_PER_DEGREE / narrowing),
  };
}

/** A decimetre, as devices give it. */
function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
