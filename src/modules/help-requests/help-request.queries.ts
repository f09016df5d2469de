import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type QueryFilter, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import {
  decodeCursor,
  type Page,
  type PageQuery,
  toPage,
  toSortedPage,
} from '../../common/http/pagination';
import type { ReplayView } from '../../common/idempotency/idempotent.decorator';
import { Clock } from '../../common/time/clock';
import { AuditLog } from '../audit/audit-log';
import { BlockedPeople } from '../users/blocked-people';
import { UsersService } from '../users/users.service';
import type { HelpOfferDto, HelpRequestDto } from './dto/help-request.view.dto';
import type { ListHelpRequestsQuery } from './dto/list-help-requests.query';
import { HelpRequestAccess, viewerOf } from './help-request.access';
import { feedOrder, feedPipeline } from './help-request.feed';
import { type FoundRequest, helpRequestView, offerView, peopleIn } from './help-request.view';
import { HelpOffer } from './schemas/help-offer.schema';
import { HelpRequest } from './schemas/help-request.schema';

/** Reads help requests and offers, each as the caller may see it. */
@Injectable()
export class HelpRequestQueries implements ReplayView {
  constructor(
    @InjectModel(HelpRequest.name) private readonly requests: Model<HelpRequest>,
    @InjectModel(HelpOffer.name) private readonly offers: Model<HelpOffer>,
    private readonly access: HelpRequestAccess,
    private readonly blocked: BlockedPeople,
    private readonly users: UsersService,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** A repeated action shows the request as the caller may see it now: giving up ended what they could see before. */
  replay(actor: Actor, { id }: Record<string, string>): Promise<HelpRequestDto> {
    return this.view(actor, new Types.ObjectId(id));
  }

  /** @throws DomainError NOT_FOUND for what the caller may not see. */
  async view(actor: Actor, id: Types.ObjectId): Promise<HelpRequestDto> {
    const { request, viewer } = await this.access.see(actor, id);
    if (viewer.role === 'moderator') await this.audit.access(actor, 'help_request.place', id);
    const people = await this.users.publicNames(peopleIn([request]));
    return helpRequestView(request, viewer, people, this.clock.now());
  }

  /** @throws DomainError VALIDATION_FAILED, INVALID_CURSOR. */
  async list(actor: Actor, query: ListHelpRequestsQuery): Promise<Page<HelpRequestDto>> {
    const now = this.clock.now();
    const blocked = query.mine ? [] : await this.blocked.around(actor.id);
    const rows = await this.requests.aggregate<FoundRequest>(
      feedPipeline(query, { id: actor.id, blocked }, now),
    );
    const page = toSortedPage(feedOrder(query), rows, query.limit, (row) => row);
    const offers = await this.offers
      .find({ helper: actor.id, request: { $in: page.items.map(({ _id }) => _id) } })
      .lean<HelpOffer[]>();
    const people = await this.users.publicNames(peopleIn(page.items));
    const items = page.items.map((request) => {
      const own = offers.find((offer) => offer.request.equals(request._id)) ?? null;
      const viewer = viewerOf(actor, request, own);
      // To moderators the door is shown one at a time, which is recorded.
      const door = viewer.role !== 'moderator';
      return helpRequestView(request, viewer, people, now, door);
    });
    return { items, nextCursor: page.nextCursor };
  }

  /**
   * The offers for a request, oldest first: the requester sees all but those of people they are blocked with, everybody else
   * their own.
   *
   * @throws DomainError NOT_FOUND, INVALID_CURSOR.
   */
  async offersFor(
    actor: Actor,
    id: Types.ObjectId,
    { limit, cursor }: PageQuery,
  ): Promise<Page<HelpOfferDto>> {
    const { viewer } = await this.access.see(actor, id);
    const whose =
      viewer.role === 'requester'
        ? { helper: { $nin: await this.blocked.around(actor.id) } }
        : { helper: actor.id };
    const after = cursor ? { _id: { $gt: cursorId(cursor) } } : {};
    return this.offerPage({ request: id, ...whose, ...after }, 1, limit);
  }

  /**
   * What the caller offered, newest first, without offers to people they are blocked with.
   *
   * @throws DomainError INVALID_CURSOR.
   */
  async offersOf(actor: Actor, { limit, cursor }: PageQuery): Promise<Page<HelpOfferDto>> {
    const before = cursor ? { _id: { $lt: cursorId(cursor) } } : {};
    const blocked = await this.blocked.around(actor.id);
    return this.offerPage({ helper: actor.id, requester: { $nin: blocked }, ...before }, -1, limit);
  }

  /** An offer that was just written, to one of its two people. */
  async showOffer(offer: HelpOffer): Promise<HelpOfferDto> {
    return offerView(offer, await this.users.publicNames([offer.helper]));
  }

  private async offerPage(
    filter: QueryFilter<HelpOffer>,
    direction: 1 | -1,
    limit: number,
  ): Promise<Page<HelpOfferDto>> {
    const rows = await this.offers
      .find(filter)
      .sort({ _id: direction })
      .limit(limit + 1)
      .lean<HelpOffer[]>();
    const people = await this.users.publicNames(rows.map(({ helper }) => helper));
    return toPage(
      rows,
      limit,
      ({ _id }) => [_id.toHexString()],
      (row) => offerView(row, people),
    );
  }
}

function cursorId(cursor: string): Types.ObjectId {
  return new Types.ObjectId(String(decodeCursor(cursor, ['id'])[0]));
}
