/** A place on Earth in degrees (WGS 84). */
export interface Place {
  latitude: number;
  longitude: number;
}

export interface GeoPoint {
  type: 'Point';
  coordinates: [longitude: number, latitude: number];
}

/** The radius that MongoDB's spherical queries use, so that our distances are theirs. */
export const EARTH_RADIUS_METERS = 6_378_100;

const RADIANS = Math.PI / 180;

export function toGeoPoint({ latitude, longitude }: Place): GeoPoint {
  return { type: 'Point', coordinates: [longitude, latitude] };
}

export function toPlace({ coordinates: [longitude, latitude] }: GeoPoint): Place {
  return { latitude, longitude };
}

/** Great-circle distance in metres (haversine, exact enough for short and for antipodal distances). */
export function distanceMeters(a: Place, b: Place): number {
  const halfLatitude = ((b.latitude - a.latitude) * RADIANS) / 2;
  const halfLongitude = ((b.longitude - a.longitude) * RADIANS) / 2;
  const chord =
    Math.sin(halfLatitude) ** 2 +
    Math.cos(a.latitude * RADIANS) * Math.cos(b.latitude * RADIANS) * Math.sin(halfLongitude) ** 2;
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.sqrt(Math.min(1, chord)));
}
