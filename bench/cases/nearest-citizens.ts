import type { Db } from 'mongodb';
import { person, personId } from '../data/people';
import { near, numbers, type Place } from '../data/places';
import { writePeople } from '../data/databases';
import { bestFifty, NEAREST, nearestOf, type Ranked } from '../floor/rank';

export interface Move {
  index: number;
  place: Place;
}

/** All the helpers of the search, as they are in the database, in the bench's own memory too. */
export class Citizens {
  readonly latitude: Float64Array;
  readonly longitude: Float64Array;
  private readonly trust: Int16Array;
  private readonly next = numbers(3_000_000_000);

  private constructor(readonly count: number) {
    this.latitude = new Float64Array(count);
    this.longitude = new Float64Array(count);
    this.trust = new Int16Array(count);
  }

  static async settle(database: Db, count: number): Promise<Citizens> {
    const now = new Date();
    await writePeople([database], 'citizen', count, now);
    const citizens = new Citizens(count);
    for (let index = 0; index < count; index += 1) {
      const { location, trustScore } = person('citizen', index, now);
      const [longitude = 0, latitude = 0] = location.coordinates;
      citizens.place({ index, place: { latitude, longitude } });
      citizens.trust[index] = trustScore;
    }
    return citizens;
  }

  /** A few steps of somebody. */
  anyMove(): Move {
    const index = Math.floor(this.next() * this.count);
    return { index, place: near(this.at(index), this.next) };
  }

  place({ index, place }: Move): void {
    this.latitude[index] = place.latitude;
    this.longitude[index] = place.longitude;
  }

  /** Who ought to be found, by looking at everybody: the best fifty of the nearest 150 within the radius. */
  bestFifty(place: Place, radiusMeters: number): number[] {
    const nearest = nearestOf(place, radiusMeters, this).slice(0, NEAREST);
    const ranked = nearest.map(({ index, meters }): Ranked<number> => ({
      who: index,
      place: this.at(index),
      meters,
      trust: this.trust[index] ?? 0,
    }));
    return bestFifty(ranked, radiusMeters).map(({ who }) => who);
  }

  private at(index: number): Place {
    return { latitude: this.latitude[index] ?? 0, longitude: this.longitude[index] ?? 0 };
  }
}

export function idOf({ index }: Move) {
  return personId('citizen', index);
}
