import type { Place } from '../data/places';

const EARTH_RADIUS_METERS = 6_378_100;
const RADIANS = Math.PI / 180;
const METERS_PER_DEGREE = EARTH_RADIUS_METERS * RADIANS;
const CELL_METERS = 500;
const BANDS = Math.round((180 * METERS_PER_DEGREE) / CELL_METERS);
const BAND_DEGREES = 180 / BANDS;

/** Great-circle distance in metres. */
export function distance(a: Place, b: Place): number {
  const latitude = Math.sin(((b.latitude - a.latitude) * RADIANS) / 2);
  const longitude = Math.sin(((b.longitude - a.longitude) * RADIANS) / 2);
  const chord =
    latitude * latitude +
    Math.cos(a.latitude * RADIANS) * Math.cos(b.latitude * RADIANS) * longitude * longitude;
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.sqrt(Math.min(1, chord)));
}

/** The centre of AllyNet's fixed cell of 500 m, which is all that alerted helpers are told. */
export function cellOf({ latitude, longitude }: Place): Place {
  const band = Math.min(BANDS - 1, Math.floor((latitude + 90) / BAND_DEGREES));
  const centre = (band + 0.5) * BAND_DEGREES - 90;
  const around = 360 * METERS_PER_DEGREE * Math.cos(centre * RADIANS);
  const cells = Math.max(1, Math.round(around / CELL_METERS));
  const column = Math.min(cells - 1, Math.floor(((longitude + 180) * cells) / 360));
  return { latitude: round(centre), longitude: round(((column + 0.5) * 360) / cells - 180) };
}

export function roundedDistance(meters: number): number {
  return Math.round(meters / 100) * 100;
}

function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
