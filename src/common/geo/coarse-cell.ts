import { EARTH_RADIUS_METERS, type Place } from './geo';

/** Side of a cell in metres: wide enough not to name a door, small enough to decide whether to go. */
export const CELL_METERS = 500;

const METERS_PER_DEGREE = (EARTH_RADIUS_METERS * Math.PI) / 180;
const BANDS = Math.round((180 * METERS_PER_DEGREE) / CELL_METERS);
const BAND_DEGREES = 180 / BANDS;

/**
 * The centre of the fixed cell that holds a place. The grid never moves, so asking again from elsewhere, or raising
 * another SOS near by, gives no finer answer. Bands of latitude are each divided into a whole number of cells, so cells
 * keep their width towards the poles and none straddles the antimeridian.
 */
export function coarseCell({ latitude, longitude }: Place): Place {
  const band = Math.min(BANDS - 1, Math.floor((latitude + 90) / BAND_DEGREES));
  const centreLatitude = (band + 0.5) * BAND_DEGREES - 90;
  const circumference = 360 * METERS_PER_DEGREE * Math.cos((centreLatitude * Math.PI) / 180);
  const cells = Math.max(1, Math.round(circumference / CELL_METERS));
  const width = 360 / cells;
  // 180° and −180° are one meridian, so they are one cell.
  const east = longitude === 180 ? 0 : longitude + 180;
  const column = Math.min(cells - 1, Math.floor(east / width));
  return { latitude: round(centreLatitude), longitude: round((column + 0.5) * width - 180) };
}

/** Distances shown to those who may not know the place are rounded to this many metres. */
export const COARSE_DISTANCE_METERS = 100;

export function coarseDistance(meters: number): number {
  return Math.round(meters / COARSE_DISTANCE_METERS) * COARSE_DISTANCE_METERS;
}

function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
