import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Document } from 'mongodb';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { notFound } from '../../common/errors/domain-error';
import {
  distanceExpression,
  insideArea,
  searchArea,
  type SearchArea,
} from '../../common/geo/nearby';
import { defaultSort, searchOrder } from '../../common/geo/search-order';
import { behindCursor, type Page, sortBy, toSortedPage } from '../../common/http/pagination';
import type { ReplayView } from '../../common/idempotency/idempotent.decorator';
import type { ListOrganizationsQuery } from './dto/list-organizations.query';
import type { OrganizationView } from './dto/organization.view';
import { OrganizationAccess } from './organization.access';
import { type FoundOrganization, organizationView, type Standpoint } from './organization.view';
import { JoinRequest } from './schemas/join-request.schema';
import { Membership } from './schemas/membership.schema';
import { Organization } from './schemas/organization.schema';

/** Where an organization stands is public: its distance is shown to the metre. */
const DISTANCE_ROUNDED_TO_METERS = 1;

/** Organizations as somebody may see them. */
@Injectable()
export class OrganizationQueries implements ReplayView {
  constructor(
    @InjectModel(Organization.name) private readonly organizations: Model<Organization>,
    @InjectModel(Membership.name) private readonly memberships: Model<Membership>,
    @InjectModel(JoinRequest.name) private readonly requests: Model<JoinRequest>,
    private readonly access: OrganizationAccess,
  ) {}

  /** @throws DomainError NOT_FOUND */
  async view(actor: Actor, id: Types.ObjectId): Promise<OrganizationView> {
    const organization = await this.access.see(id);
    const standpoints = await this.standpoints(actor, [id]);
    return organizationView(organization, standpoints(id));
  }

  async replay(actor: Actor, { id }: Record<string, string>): Promise<OrganizationView> {
    if (id === undefined || !Types.ObjectId.isValid(id)) throw notFound('The organization');
    return this.view(actor, new Types.ObjectId(id));
  }

  /**
   * Organizations by words, kind and place, or those that the caller belongs to.
   *
   * @throws DomainError VALIDATION_FAILED for a place in halves or a sort that lacks what it needs, INVALID_CURSOR
   */
  async list(actor: Actor, query: ListOrganizationsQuery): Promise<Page<OrganizationView>> {
    const { limit, cursor, q, type, mine } = query;
    const area = searchArea(query);
    const searched = { area, words: q };
    const order = searchOrder(query.sort ?? defaultSort(searched), searched);
    const filter: Document = {
      hidden: false,
      ...(q === undefined ? {} : { $text: { $search: q } }),
      ...(type === undefined ? {} : { type }),
      ...(area ? { location: insideArea(area) } : {}),
      ...(mine === undefined ? {} : { _id: { [mine ? '$in' : '$nin']: await this.own(actor) } }),
    };
    const rows = await this.organizations.aggregate<FoundOrganization>([
      // Behind the cursor of `_id` already here, where an index serves it.
      { $match: order.field === '_id' ? both(filter, behindCursor(order, cursor)) : filter },
      ...(area ? [{ $set: { distanceMeters: distanceTo(area) } }] : []),
      ...(q === undefined ? [] : [{ $set: { score: { $meta: 'textScore' } } }]),
      ...(order.field === '_id' ? [] : [{ $match: behindCursor(order, cursor) }]),
      { $sort: sortBy(order) },
      { $limit: limit + 1 },
    ]);
    const standpoints = await this.standpoints(
      actor,
      rows.map(({ _id }) => _id),
    );
    return toSortedPage(order, rows, limit, (row) => organizationView(row, standpoints(row._id)));
  }

  private async own({ id: user }: Actor): Promise<Types.ObjectId[]> {
    const rows = await this.memberships.find({ user }, { organization: 1 }).lean<Membership[]>();
    return rows.map(({ organization }) => organization);
  }

  /** What somebody is to each of these organizations. */
  private async standpoints(
    { id: user }: Actor,
    ids: Types.ObjectId[],
  ): Promise<(organization: Types.ObjectId) => Standpoint> {
    const memberships = await this.memberships
      .find({ organization: { $in: ids }, user })
      .lean<Membership[]>();
    const requests = await this.requests
      .find({ user, status: 'pending', organization: { $in: ids } }, { organization: 1 })
      .lean<JoinRequest[]>();
    return (id) => ({
      membership: memberships.find(({ organization }) => organization.equals(id)) ?? null,
      joinRequested: requests.some(({ organization }) => organization.equals(id)),
    });
  }
}

function distanceTo({ place }: SearchArea): Document {
  return distanceExpression(place, 'location', DISTANCE_ROUNDED_TO_METERS);
}

function both(one: Document, other: Document): Document {
  // `$text` must not stand inside `$or` and may inside `$and`.
  return Object.keys(other).length === 0 ? one : { $and: [one, other] };
}
