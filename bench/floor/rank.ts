import type { Place } from '../data/places';
import { distance } from './geo';

const TRUST_MAXIMUM = 1000;
export const WANTED = 50;
/** How many of the nearest are ranked. */
export const NEAREST = 150;

export interface Ranked<T> {
  who: T;
  place: Place;
  meters: number;
  trust: number;
}

/** The best fifty, best first: half trust, half nearness; AllyNet's formula, written down a second time. */
export function bestFifty<T>(candidates: Ranked<T>[], radiusMeters: number): Ranked<T>[] {
  return candidates
    .map((one) => ({
      one,
      score: one.trust / TRUST_MAXIMUM / 2 + (1 - one.meters / radiusMeters) / 2,
    }))
    .sort((a, b) => b.score - a.score || a.one.meters - b.one.meters)
    .slice(0, WANTED)
    .map(({ one }) => one);
}

/** Those of these places that lie within the radius, nearest first, by looking at every one of them. */
export function nearestOf(
  from: Place,
  radiusMeters: number,
  everybody: { latitude: Float64Array; longitude: Float64Array },
): { index: number; meters: number }[] {
  const found: { index: number; meters: number }[] = [];
  for (let index = 0; index < everybody.latitude.length; index += 1) {
    const latitude = everybody.latitude[index] ?? 0;
    const longitude = everybody.longitude[index] ?? 0;
    const meters = distance(from, { latitude, longitude });
    if (meters <= radiusMeters) found.push({ index, meters });
  }
  return found.sort((a, b) => a.meters - b.meters);
}
