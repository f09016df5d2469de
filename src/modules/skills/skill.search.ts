import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Document } from 'mongodb';
import type { Model, PipelineStage } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { invalidField } from '../../common/errors/domain-error';
import {
  distanceExpression,
  insideArea,
  searchArea,
  type SearchArea,
} from '../../common/geo/nearby';
import { behindCursor, type Page, sortBy, toSortedPage } from '../../common/http/pagination';
import { openAtFilter } from '../../common/time/weekly-hours';
import { BlockedPeople } from '../users/blocked-people';
import { UsersService } from '../users/users.service';
import { BOOKINGS_COLLECTION } from './bookings/schemas/booking.schema';
import type { SearchSkillsQuery } from './dto/search-skills.query';
import type { SkillDto } from './dto/skill.view.dto';
import { LISTED, Skill } from './schemas/skill.schema';
import { skillOrder } from './skill.search-order';
import { skillView } from './skill.view';

/** With what is computed for NEAREST and BEST_MATCH. */
type Found = Skill & { distanceMeters?: number; score?: number };

/**
 * Finds listings. One pipeline for all searches: with words it begins with `$text`, which goes with `$geoWithin` and not with
 * `$nearSphere`, so distance is computed here; and by the cell alone, or a stranger would find the door by moving about.
 */
@Injectable()
export class SkillSearch {
  constructor(
    @InjectModel(Skill.name) private readonly skills: Model<Skill>,
    private readonly blocked: BlockedPeople,
    private readonly users: UsersService,
  ) {}

  /** @throws DomainError VALIDATION_FAILED for filters that do not go together, INVALID_CURSOR */
  async page(actor: Actor, query: SearchSkillsQuery): Promise<Page<SkillDto>> {
    const area = searchArea(query);
    const order = skillOrder(query, area);
    const at = query.availableAt === undefined ? null : new Date(query.availableAt);
    const found = await this.skills.aggregate<Found>([
      { $match: await this.filter(actor, query, area, at) },
      ...computed(query, area),
      { $match: behindCursor(order, query.cursor) },
      { $sort: sortBy(order) },
      // Behind the sort: calendars are then looked into only until the page is full.
      ...(at ? notTaken(at) : []),
      { $limit: query.limit + 1 },
    ]);
    const people = await this.users.publicNames(found.map(({ owner }) => owner));
    return toSortedPage(order, found, query.limit, (skill) =>
      skillView(skill, {
        people,
        precision: skill.owner.equals(actor.id) ? 'exact' : 'coarse',
        distanceMeters: skill.distanceMeters ?? null,
      }),
    );
  }

  private async filter(
    actor: Actor,
    { q, category, minRating, mine, ...query }: SearchSkillsQuery,
    area: SearchArea | null,
    at: Date | null,
  ): Promise<Document> {
    const searched = mine
      ? { owner: actor.id, removed: false }
      : { ...LISTED, owner: { $nin: await this.blocked.around(actor.id) } };
    return {
      ...(q === undefined ? {} : { $text: { $search: q } }),
      ...searched,
      ...(category ? { category } : {}),
      ...(area ? { cell: insideArea(area) } : {}),
      ...(minRating === undefined ? {} : { rating: { $gte: minRating } }),
      ...priced(query),
      ...(at ? openAtFilter(at, await this.timeZones(actor, mine), 'availability') : {}),
    };
  }

  /** Every time zone that a listing is in: no more than there are on Earth. */
  private timeZones(actor: Actor, mine?: boolean): Promise<string[]> {
    const among = mine ? { owner: actor.id, removed: false } : { ...LISTED };
    return this.skills.distinct('availability.timeZone', among);
  }
}

/**
 * Free listings have no currency and the price 0: they are in every range that begins there. Those without a price are in
 * none.
 */
function priced({ currency, minPrice, maxPrice }: SearchSkillsQuery): Document {
  if (currency === undefined) {
    if (minPrice === undefined && maxPrice === undefined) return {};
    throw invalidField('currency', 'minPrice and maxPrice need currency');
  }
  if (minPrice !== undefined && maxPrice !== undefined && minPrice > maxPrice) {
    throw invalidField('maxPrice', 'maxPrice must not be less than minPrice');
  }
  const most = maxPrice === undefined ? {} : { $lte: maxPrice };
  return {
    'pricing.currency': { $in: [currency, null] },
    'pricing.amountMinor': { $gte: minPrice ?? 0, ...most },
  };
}

/** How well the words fit, and the distance: others' listings farther away than their owner comes are left out. */
function computed({ q, mine }: SearchSkillsQuery, area: SearchArea | null): PipelineStage[] {
  return [
    ...(q === undefined ? [] : [{ $set: { score: { $meta: 'textScore' } } }]),
    ...(area
      ? [
          { $set: { distanceMeters: distanceExpression(area.place, 'cell') } },
          ...(mine
            ? []
            : [{ $match: { $expr: { $lte: ['$distanceMeters', '$serviceRadiusMeters'] } } }]),
        ]
      : []),
  ];
}

/** Without those whose owner has an accepted booking then. */
function notTaken(at: Date): PipelineStage[] {
  const then = { status: 'accepted', startsAt: { $lte: at }, endsAt: { $gt: at } };
  return [
    {
      $lookup: {
        from: BOOKINGS_COLLECTION,
        localField: 'owner',
        foreignField: 'owner',
        pipeline: [{ $match: then }, { $limit: 1 }, { $project: { _id: 1 } }],
        as: 'taken',
      },
    },
    { $match: { taken: { $size: 0 } } },
  ];
}
