import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsNumber, IsOptional, Max, Min } from 'class-validator';
import type { Document } from 'mongodb';
import { QueryNumber } from '../validation/query-number.decorator';
import { invalidField } from '../errors/domain-error';
import { PageQuery } from '../http/pagination';
import { COARSE_DISTANCE_METERS } from './coarse-cell';
import { EARTH_RADIUS_METERS, type Place } from './geo';

const DEFAULT_RADIUS_METERS = 10_000;
const LARGEST_RADIUS_METERS = 50_000;

/** A list that can be narrowed to what is near a place. */
export class NearbyQuery extends PageQuery {
  @ApiPropertyOptional({
    example: 52.52,
    minimum: -90,
    maximum: 90,
    description: 'Degrees, WGS 84; together with `longitude`.',
  })
  @IsOptional()
  @QueryNumber()
  @IsNumber()
  @Min(-90)
  @Max(90)
  latitude?: number;

  @ApiPropertyOptional({
    example: 13.405,
    minimum: -180,
    maximum: 180,
    description: 'Degrees, WGS 84; together with `latitude`.',
  })
  @IsOptional()
  @QueryNumber()
  @IsNumber()
  @Min(-180)
  @Max(180)
  longitude?: number;

  @ApiPropertyOptional({
    example: 5000,
    minimum: 100,
    maximum: LARGEST_RADIUS_METERS,
    default: DEFAULT_RADIUS_METERS,
    description: 'Metres around the place; needs `latitude` and `longitude`.',
  })
  @IsOptional()
  @QueryNumber()
  @IsInt()
  @Min(100)
  @Max(LARGEST_RADIUS_METERS)
  radiusMeters?: number;
}

export interface SearchArea {
  place: Place;
  radiusMeters: number;
}

/**
 * Where the caller searches; null for everywhere.
 *
 * @throws DomainError VALIDATION_FAILED for half a place, or a radius around none.
 */
export function searchArea({ latitude, longitude, radiusMeters }: NearbyQuery): SearchArea | null {
  if (latitude !== undefined && longitude !== undefined) {
    return { place: { latitude, longitude }, radiusMeters: radiusMeters ?? DEFAULT_RADIUS_METERS };
  }
  if (latitude !== undefined) throw invalidField('longitude', 'send longitude with latitude');
  if (longitude !== undefined) throw invalidField('latitude', 'send latitude with longitude');
  if (radiusMeters !== undefined) {
    throw invalidField('latitude', 'a radius needs latitude and longitude');
  }
  return null;
}

/** The filter for points inside the area, served by a 2dsphere index; unlike `$nearSphere` it goes with `$text`. */
export function insideArea({ place, radiusMeters }: SearchArea): Document {
  return {
    $geoWithin: {
      $centerSphere: [[place.longitude, place.latitude], radiusMeters / EARTH_RADIUS_METERS],
    },
  };
}

/**
 * Great-circle distance in metres from a place to the GeoJSON point in a field (haversine, as `distanceMeters`), computed by
 * the database so that it can sort by it.
 *
 * @param roundedTo metres; places that must not be told apart need COARSE_DISTANCE_METERS.
 */
export function distanceExpression(
  place: Place,
  field: string,
  roundedTo: number = COARSE_DISTANCE_METERS,
): Document {
  const latitude = { $arrayElemAt: [`$${field}.coordinates`, 1] };
  const longitude = { $arrayElemAt: [`$${field}.coordinates`, 0] };
  const halfSineSquared = (to: Document, from: number): Document => ({
    $pow: [{ $sin: { $divide: [{ $degreesToRadians: { $subtract: [to, from] } }, 2] } }, 2],
  });
  const chord = {
    $add: [
      halfSineSquared(latitude, place.latitude),
      {
        $multiply: [
          Math.cos((place.latitude * Math.PI) / 180),
          { $cos: { $degreesToRadians: latitude } },
          halfSineSquared(longitude, place.longitude),
        ],
      },
    ],
  };
  const meters = {
    $multiply: [2 * EARTH_RADIUS_METERS, { $asin: { $sqrt: { $min: [1, chord] } } }],
  };
  return { $multiply: [{ $round: [{ $divide: [meters, roundedTo] }, 0] }, roundedTo] };
}
