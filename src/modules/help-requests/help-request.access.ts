import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { type Actor, isStaff } from '../../common/auth/actor';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { Clock } from '../../common/time/clock';
import { BlockedPeople } from '../users/blocked-people';
import type { HelpViewerRole } from './dto/help-request.view.dto';
import { statusAt } from './help-request.rules';
import { LIVE_STATUSES } from './help-request.transitions';
import { HelpOffer } from './schemas/help-offer.schema';
import { HelpRequest } from './schemas/help-request.schema';

/** What somebody is to a request; everything they may see and do follows from it. */
export interface HelpViewer {
  role: HelpViewerRole;
  /** Their own offer, whatever became of it. */
  offer: HelpOffer | null;
}

export interface SeenRequest {
  request: HelpRequest;
  viewer: HelpViewer;
}

export interface SeenOffer {
  request: HelpRequest;
  offer: HelpOffer;
  role: 'requester' | 'helper';
}

/** What somebody is to a request. Whoever helped is the chosen helper after the end too. */
export function viewerOf(
  actor: Pick<Actor, 'id' | 'role'>,
  request: HelpRequest,
  offer: HelpOffer | null,
): HelpViewer {
  const as = (role: HelpViewerRole): HelpViewer => ({ role, offer });
  if (request.requester.equals(actor.id)) return as('requester');
  if (request.chosenHelper?.equals(actor.id)) return as('chosen_helper');
  if (isStaff(actor)) return as('moderator');
  return as(offer ? 'helper' : 'visitor');
}

/** Decides who may see a help request, its offers and their threads. */
@Injectable()
export class HelpRequestAccess {
  constructor(
    @InjectModel(HelpRequest.name) private readonly requests: Model<HelpRequest>,
    @InjectModel(HelpOffer.name) private readonly offers: Model<HelpOffer>,
    private readonly blocked: BlockedPeople,
    private readonly clock: Clock,
  ) {}

  /**
   * The request as it is now, and what `actor` is to it; null for what does not exist and for what must look as if it did
   * not: removed, its requester suspended, blocked either way, or ended without the actor having had a part in it.
   */
  async find(actor: Actor, id: Types.ObjectId): Promise<SeenRequest | null> {
    const request = await this.requests.findById(id).lean<HelpRequest>();
    if (!request) return null;
    const offer = await this.offers.findOne({ request: id, helper: actor.id }).lean<HelpOffer>();
    const viewer = viewerOf(actor, request, offer);
    if (isStaff(actor)) return { request, viewer };
    if (request.removedAt) return null;
    if (viewer.role === 'requester') return { request, viewer };
    if (request.ownerHidden) return null;
    const live = LIVE_STATUSES.includes(statusAt(request, this.clock.now()));
    if (viewer.role === 'visitor' && !live) return null;
    if (await this.blocked.between(actor.id, request.requester)) return null;
    return { request, viewer };
  }

  /** @throws DomainError NOT_FOUND where `find` gives null. */
  async see(actor: Actor, id: Types.ObjectId): Promise<SeenRequest> {
    const seen = await this.find(actor, id);
    if (!seen) throw notFound('This help request');
    return seen;
  }

  /**
   * As `see`, for those who may do something. Staff who take part themselves are still staff.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for others who may see it.
   */
  async seeAs(
    actor: Actor,
    id: Types.ObjectId,
    roles: readonly HelpViewerRole[],
  ): Promise<SeenRequest> {
    const seen = await this.see(actor, id);
    const asStaff = isStaff(actor) && roles.includes('moderator');
    if (asStaff || roles.includes(seen.viewer.role)) return seen;
    const who = roles.map((role) => role.replace('_', ' ')).join(' or the ');
    throw new DomainError('FORBIDDEN', `Only the ${who} of this request can do this.`);
  }

  /**
   * Who may read the ratings: the two people, and moderators. Of a completed request they stay with its two people across a
   * block too, or whoever blocks would hide what was said of them.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for others who may see the request.
   */
  async seeRatings(actor: Actor, id: Types.ObjectId): Promise<void> {
    const helped = await this.requests.exists({
      _id: id,
      chosenHelper: actor.id,
      status: 'completed',
      removedAt: null,
      ownerHidden: false,
    });
    if (!helped) await this.seeAs(actor, id, ['requester', 'chosen_helper', 'moderator']);
  }

  /** One offer, for the two people whose it is; null for everybody else, moderators among them. */
  async findOffer(
    actor: Actor,
    id: Types.ObjectId,
    offerId: Types.ObjectId,
  ): Promise<SeenOffer | null> {
    const seen = await this.find(actor, id);
    return seen && this.offerOf(actor, seen, offerId);
  }

  /** @throws DomainError NOT_FOUND where `findOffer` gives null. */
  async seeOffer(actor: Actor, id: Types.ObjectId, offerId: Types.ObjectId): Promise<SeenOffer> {
    const seen = await this.findOffer(actor, id, offerId);
    if (!seen) throw notFound('This offer');
    return seen;
  }

  /** @throws DomainError NOT_FOUND, FORBIDDEN for who may see the request and is not its requester. */
  async seeAsRequester(
    actor: Actor,
    id: Types.ObjectId,
    offerId: Types.ObjectId,
  ): Promise<SeenOffer> {
    const offer = await this.offerOf(actor, await this.seeAs(actor, id, ['requester']), offerId);
    if (!offer) throw notFound('This offer');
    return offer;
  }

  /** @throws DomainError NOT_FOUND, FORBIDDEN for the requester: an offer is its helper's to take back. */
  async seeOwnOffer(actor: Actor, id: Types.ObjectId, offerId: Types.ObjectId): Promise<SeenOffer> {
    const seen = await this.seeOffer(actor, id, offerId);
    if (seen.role === 'helper') return seen;
    throw new DomainError(
      'FORBIDDEN',
      'Only who made this offer can withdraw it. You may decline it.',
    );
  }

  private async offerOf(
    actor: Actor,
    { request }: SeenRequest,
    offerId: Types.ObjectId,
  ): Promise<SeenOffer | null> {
    const offer = await this.offers
      .findOne({ _id: offerId, request: request._id })
      .lean<HelpOffer>();
    if (!offer) return null;
    const role = offer.helper.equals(actor.id)
      ? 'helper'
      : request.requester.equals(actor.id)
        ? 'requester'
        : null;
    if (!role || (await this.blocked.between(offer.helper, request.requester))) return null;
    return { request, offer, role };
  }
}
