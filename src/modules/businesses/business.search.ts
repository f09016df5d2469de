import type { Document } from 'mongodb';
import type { PipelineStage, Types } from 'mongoose';
import { distanceExpression, insideArea, type SearchArea } from '../../common/geo/nearby';
import { BEST_MATCH, defaultSort, searchOrder } from '../../common/geo/search-order';
import { behindCursor, sortBy, type SortOrder } from '../../common/http/pagination';
import { openAtFilter } from '../../common/time/weekly-hours';
import type { BusinessSort } from './dto/list-businesses.query';
import { type BusinessCategory, LISTED } from './schemas/business.schema';

/** Shops are public: their distance is shown to the metre. */
const DISTANCE_ROUNDED_TO_METERS = 1;

const EXCEPTIONS = 'openingHours.exceptions';

export interface BusinessSearch {
  area: SearchArea | null;
  words: string | undefined;
  category: BusinessCategory | undefined;
  verified: boolean | undefined;
  /** Undefined: what fits the search. */
  sort: BusinessSort | undefined;
  /** The moment at which they are open, and the time zones that occur. */
  open: { at: Date; timeZones: readonly string[] } | null;
  withPromotions: boolean;
  /** Whose they are; null: anybody's. */
  of: Types.ObjectId | null;
  /** Whose they are not: blocked either way. */
  notOf: readonly Types.ObjectId[];
  now: Date;
  cursor: string | undefined;
  limit: number;
}

/**
 * As asked; else nearest first around a place, the best match of words alone, or newest first.
 *
 * @throws DomainError VALIDATION_FAILED where the sort needs something that was not sent.
 */
export function orderOf({
  area,
  words,
  sort,
}: Pick<BusinessSearch, 'area' | 'words' | 'sort'>): SortOrder {
  return searchOrder(sort ?? (area ? 'distance' : defaultSort({ area, words })), { area, words });
}

/**
 * The search as a pipeline, for one row more than the page holds. Which index serves which of its forms stands beside the
 * indexes in business.schema.ts; `test/api/list-routes.e2e-spec.ts` asks the database.
 *
 * @throws DomainError VALIDATION_FAILED as `orderOf`, INVALID_CURSOR
 */
export function searchPipeline(search: BusinessSearch): PipelineStage[] {
  const { area, cursor, limit } = search;
  const order = orderOf(search);
  const behind = behindCursor(order, cursor);
  return [
    { $match: filter(search) },
    ...(area
      ? [
          {
            $addFields: {
              distanceMeters: distanceExpression(
                area.place,
                'location',
                DISTANCE_ROUNDED_TO_METERS,
              ),
            },
          },
        ]
      : []),
    ...(area && search.withPromotions ? [{ $match: { $expr: reachedByOne(search.now) } }] : []),
    ...(order === BEST_MATCH ? [{ $addFields: { score: { $meta: 'textScore' } } }] : []),
    { $match: behind },
    { $sort: sortBy(order) },
    { $limit: limit + 1 },
  ];
}

function filter({
  area,
  words,
  category,
  verified,
  open,
  withPromotions,
  of,
  notOf,
  now,
}: BusinessSearch): Document {
  const conditions = [
    ...(of ? [{ $or: [{ owner: of }, { managers: of }] }] : []),
    ...(open ? [openAtFilter(open.at, open.timeZones, 'openingHours', EXCEPTIONS)] : []),
    ...(withPromotions ? [promotedAt(now, area !== null)] : []),
  ];
  return {
    ...LISTED,
    ...(words === undefined ? {} : { $text: { $search: words } }),
    ...(area ? { location: insideArea(area) } : {}),
    ...(category === undefined ? {} : { category }),
    ...(verified === undefined ? {} : { verified }),
    ...(notOf.length > 0 ? { owner: { $nin: notOf } } : {}),
    ...(conditions.length > 0 ? { $and: conditions } : {}),
  };
}

/** A promotion runs; one with an audience counts for those alone who search from somewhere, and is held against it later. */
function promotedAt(now: Date, fromSomewhere: boolean): Document {
  const running = { startsAt: { $lte: now }, endsAt: { $gt: now }, removedAt: null };
  return {
    promotions: {
      $elemMatch: fromSomewhere ? running : { ...running, audienceRadiusMeters: null },
    },
  };
}

/** A promotion runs whose audience the searcher is in: `isShown`, in the words of the database. */
function reachedByOne(now: Date): Document {
  return {
    $anyElementTrue: {
      $map: {
        input: '$promotions',
        as: 'one',
        in: {
          $and: [
            { $lte: ['$$one.startsAt', now] },
            { $gt: ['$$one.endsAt', now] },
            { $eq: ['$$one.removedAt', null] },
            {
              $or: [
                { $eq: ['$$one.audienceRadiusMeters', null] },
                { $gte: ['$$one.audienceRadiusMeters', '$distanceMeters'] },
              ],
            },
          ],
        },
      },
    },
  };
}
