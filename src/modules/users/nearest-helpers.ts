import type { Collection, Document, Filter, ObjectId, ReadPreferenceLike } from 'mongodb';
import {
  distanceMeters,
  EARTH_RADIUS_METERS,
  type GeoPoint,
  type Place,
  toGeoPoint,
  toPlace,
} from '../../common/geo/geo';
import { HelperDensity } from './helper-density';

export const HELPER_LOCATION_INDEX = 'user_helper_location';

/** A ring that holds this many times what is wanted was drawn too large to be cheap. */
const TOO_MANY = 4;
/** From fewer than this, how densely helpers live cannot be told. */
const TELLING = 20;
const LOOKS = 2;

export interface NearbyHelper {
  _id: ObjectId;
  location: GeoPoint;
  helperRadiusMeters: number;
  trustScore: number;
}

export interface NearestQuery {
  place: Place;
  radiusMeters: number;
  limit: number;
  /** Helpers who were last heard of before this are not where we think. */
  heardSince: Date;
  requester: ObjectId;
  /** People the requester blocked. */
  blockedByRequester: ObjectId[];
  /** People who are not to be found for another reason. */
  passOver?: ObjectId[];
}

export interface Nearest {
  /** At most as many as wanted, nearest first, each once. */
  helpers: NearbyHelper[];
  /** False where nobody else inside the radius could come. */
  more: boolean;
}

/**
 * The nearest helpers who could come: opted in, verified, active, available, heard of lately, with nobody's block between.
 *
 * `$nearSphere` with a limit finds them at a cost that depends neither on the radius nor on the density, but half of it goes
 * into feeling its way outwards. Where earlier searches tell how far out the wanted number lives, everybody inside that ring
 * is read instead and sorted here. A ring that held enough holds the nearest ones; one that did not is not relied on.
 */
export class NearestHelpers {
  private readonly density = new HelperDensity();

  constructor(
    private readonly users: Pick<Collection, 'find'>,
    private readonly readPreference: ReadPreferenceLike = 'primary',
  ) {}

  async find(query: NearestQuery): Promise<Nearest> {
    return (await this.insideRing(query)) ?? this.feelingOutwards(query);
  }

  private async insideRing(query: NearestQuery): Promise<Nearest | null> {
    const { place, limit } = query;
    for (let look = 0; look < LOOKS; look += 1) {
      const ring = this.density.radiusFor(place, limit);
      if (ring === undefined || ring >= query.radiusMeters) return null;
      const found = await this.read(
        query,
        {
          $geoWithin: {
            $centerSphere: [[place.longitude, place.latitude], ring / EARTH_RADIUS_METERS],
          },
        },
        limit * TOO_MANY,
      );
      this.density.learn(place, found.length, ring);
      if (found.length === limit * TOO_MANY) return null;
      const helpers = eachOnce(found);
      if (helpers.length >= limit) {
        return { helpers: nearestFirst(place, helpers).slice(0, limit), more: true };
      }
      if (found.length < TELLING) return null;
    }
    return null;
  }

  private async feelingOutwards(query: NearestQuery): Promise<Nearest> {
    const { place, limit, radiusMeters } = query;
    const found = await this.read(
      query,
      { $nearSphere: { $geometry: toGeoPoint(place), $maxDistance: radiusMeters } },
      limit,
    );
    const last = found.at(-1);
    if (last && found.length === limit) {
      this.density.learn(place, limit, distanceMeters(place, toPlace(last.location)));
    } else {
      this.density.learn(place, found.length, radiusMeters);
    }
    return { helpers: eachOnce(found), more: found.length === limit };
  }

  private read(
    query: NearestQuery,
    location: Filter<Document>,
    limit: number,
  ): Promise<NearbyHelper[]> {
    return (
      this.users
        .find<NearbyHelper>(
          {
            helper: true,
            verified: true,
            location,
            status: 'active',
            available: true,
            locationUpdatedAt: { $gte: query.heardSince },
            _id: {
              $nin: [query.requester, ...query.blockedByRequester, ...(query.passOver ?? [])],
            },
            blockedUsers: { $ne: query.requester },
          },
          {
            projection: { location: 1, helperRadiusMeters: 1, trustScore: 1 },
            readPreference: this.readPreference,
          },
        )
        .hint(HELPER_LOCATION_INDEX)
        .limit(limit)
        // In one answer: the first batch holds 101 documents by default, and a second one is a round trip more.
        .batchSize(limit)
        .toArray()
    );
  }
}

/**
 * Somebody who moves while MongoDB reads stands in its index at the old place and then at the new one, and may be found at both.
 * Alerted twice in one wave, they would break the rule of one alert each, and with it the SOS.
 */
function eachOnce(found: NearbyHelper[]): NearbyHelper[] {
  const seen = new Set<string>();
  return found.filter(({ _id }) => {
    const id = _id.toHexString();
    return !seen.has(id) && seen.add(id);
  });
}

function nearestFirst(place: Place, helpers: NearbyHelper[]): NearbyHelper[] {
  return helpers
    .map((helper) => ({ helper, distance: distanceMeters(place, toPlace(helper.location)) }))
    .sort((a, b) => a.distance - b.distance)
    .map(({ helper }) => helper);
}
