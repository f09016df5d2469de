import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { searchArea } from '../../common/geo/nearby';
import { type Page, toSortedPage } from '../../common/http/pagination';
import type { ReplayView } from '../../common/idempotency/idempotent.decorator';
import { Clock } from '../../common/time/clock';
import { BlockedPeople } from '../users/blocked-people';
import { UsersService } from '../users/users.service';
import { BusinessAccess, roleOf } from './business.access';
import { orderOf, searchPipeline } from './business.search';
import { businessView, peopleIn, promotionsFor } from './business.view';
import type { BusinessDto, ViewerRole } from './dto/business.view.dto';
import type { ListBusinessesQuery } from './dto/list-businesses.query';
import { PromotionCounts } from './promotions/promotion-counts';
import type { LookedAtFrom } from './promotions/promotion.rules';
import { Business, LISTED } from './schemas/business.schema';

interface Found {
  business: Business;
  role: ViewerRole;
  from: LookedAtFrom;
}

/** Reads businesses, each as the caller may see it. */
@Injectable()
export class BusinessesQueries implements ReplayView {
  constructor(
    @InjectModel(Business.name) private readonly businesses: Model<Business>,
    private readonly access: BusinessAccess,
    private readonly blocked: BlockedPeople,
    private readonly users: UsersService,
    private readonly counts: PromotionCounts,
    private readonly clock: Clock,
  ) {}

  /** A repeated change shows the business as the caller may see it now: who manages it no more sees less of it. */
  replay(actor: Actor, { id }: Record<string, string>): Promise<BusinessDto> {
    return this.view(actor, new Types.ObjectId(id));
  }

  /**
   * What a visitor is shown of its promotions counts as a view.
   *
   * @throws DomainError NOT_FOUND
   */
  async look(actor: Actor, id: Types.ObjectId): Promise<BusinessDto> {
    const found: Found = { ...(await this.access.see(actor, id)), from: 'its page' };
    const [view] = await this.views([found], this.clock.now(), true);
    if (!view) throw new Error('A business was found and not shown.');
    return view;
  }

  /** After a change, to who made it: nobody looks at promotions. @throws DomainError NOT_FOUND */
  async view(actor: Actor, id: Types.ObjectId): Promise<BusinessDto> {
    const found: Found = { ...(await this.access.see(actor, id)), from: 'its page' };
    const [view] = await this.views([found], this.clock.now(), false);
    if (!view) throw new Error('A business was found and not shown.');
    return view;
  }

  /**
   * As asked; else nearest first around a place, the best match of words alone, or newest first.
   *
   * @throws DomainError VALIDATION_FAILED for half a place and for a sort that lacks what it needs, INVALID_CURSOR
   */
  async list(actor: Actor, query: ListBusinessesQuery): Promise<Page<BusinessDto>> {
    const now = this.clock.now();
    const area = searchArea(query);
    const { q: words, category, verified, sort, openAt, mine, cursor, limit } = query;
    const order = orderOf({ area, words, sort });
    const rows = await this.businesses.aggregate<Business & { distanceMeters?: number }>(
      searchPipeline({
        area,
        words,
        category,
        verified,
        sort,
        open: openAt === undefined ? null : await this.openAt(new Date(openAt)),
        withPromotions: query.withPromotions ?? false,
        of: mine ? actor.id : null,
        notOf: await this.blocked.around(actor.id),
        now,
        cursor,
        limit,
      }),
    );
    const page = toSortedPage(order, rows, limit, (row): Found => ({
      business: row,
      role: roleOf(actor, row),
      from: row.distanceMeters ?? null,
    }));
    return { items: await this.views(page.items, now, true), nextCursor: page.nextCursor };
  }

  private async openAt(at: Date): Promise<{ at: Date; timeZones: string[] }> {
    const zones: unknown[] = await this.businesses.distinct('openingHours.timeZone', LISTED);
    return { at, timeZones: zones.filter((zone) => typeof zone === 'string') };
  }

  /** Reads the names and counts that the views need, once for all. */
  private async views(all: Found[], now: Date, counted: boolean): Promise<BusinessDto[]> {
    const people = await this.users.publicNames(
      all.flatMap(({ business, role }) => peopleIn(business, role)),
    );
    const counts = await this.counts.totals(
      all.filter(({ role }) => role !== 'visitor').map(({ business }) => business._id),
    );
    return all.map(({ business, role, from }) => {
      const context = { role, from, now, people, counts };
      if (counted && role === 'visitor') {
        const shown = promotionsFor(business, context);
        this.counts.viewed(
          business._id,
          shown.map(({ _id }) => _id),
        );
      }
      return businessView(business, context);
    });
  }
}
