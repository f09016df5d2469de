import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { Clock } from '../../common/time/clock';
import { EventLog } from '../events/event-log';
import { ActiveAccounts } from '../users/active-accounts';
import { BlockedPeople } from '../users/blocked-people';
import type { CreateOfferDto } from './dto/create-offer.dto';
import { helpRequestEvent } from './events/help-request-events';
import { HelpRequestAccess } from './help-request.access';
import { HelpRequestMoves } from './help-request.moves';
import { invalidTransition, MOST_OFFERS, offerRefused, statusAt } from './help-request.rules';
import { helpOfferMachine } from './help-request.transitions';
import { toPrice } from './help-requests.service';
import { HelpOffer } from './schemas/help-offer.schema';
import { HelpRequest } from './schemas/help-request.schema';

/** Offers of help, and what the requester answers. */
@Injectable()
export class HelpOffersService {
  constructor(
    @InjectModel(HelpRequest.name) private readonly requests: Model<HelpRequest>,
    @InjectModel(HelpOffer.name) private readonly offers: Model<HelpOffer>,
    private readonly transactions: TransactionRunner,
    private readonly accounts: ActiveAccounts,
    private readonly blocked: BlockedPeople,
    private readonly moves: HelpRequestMoves,
    private readonly access: HelpRequestAccess,
    private readonly events: EventLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Offers to help, once; after withdrawing again, in the same offer.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for one's own request, INVALID_TRANSITION when it is not open or declined the
   * offer, CONFLICT for a second offer and past a hundred.
   */
  offer(actor: Actor, id: Types.ObjectId, input: CreateOfferDto): Promise<HelpOffer> {
    return this.transactions.run(
      async (session) => {
        await this.accounts.hold(session, actor.id);
        const { request, viewer } = await this.access.see(actor, id);
        if (viewer.role === 'requester') {
          throw new DomainError('FORBIDDEN', 'This is your own request: others offer to help.');
        }
        // Moderators see what they must judge, whoever blocked them; to help is another matter.
        if (await this.blocked.between(actor.id, request.requester)) {
          throw notFound('This help request');
        }
        const earlier = viewer.offer;
        this.refuseSecond(request, earlier);
        await this.takePlace(session, request, earlier === null);
        const offer = await this.write(session, actor, request, earlier, input);
        await this.tell(session, 'help_offer.created', offer, { id: actor.id, role: 'helper' });
        return offer;
      },
      { about: id.toHexString() },
    );
  }

  /**
   * Accepts one offer: its helper is the chosen one. The others stay open, for the case that this helper gives up.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN, INVALID_TRANSITION with the present status when one was accepted before.
   */
  async accept(actor: Actor, id: Types.ObjectId, offerId: Types.ObjectId): Promise<void> {
    await this.transactions.run(
      async (session) => {
        const now = this.clock.now();
        const { request, offer } = await this.access.seeAsRequester(actor, id, offerId);
        const before = await this.moves.move(session, id, {
          transition: 'accept',
          event: 'help_request.accepted',
          actor: { id: actor.id, role: 'requester' },
          condition: {
            requester: actor.id,
            expiresAt: { $gt: now },
            removedAt: null,
            ownerHidden: false,
          },
          set: { chosenOffer: offerId, chosenHelper: offer.helper },
          data: { offer: offerId, helper: offer.helper },
          joining: offer.helper,
        });
        if (!before) {
          if (offer.status !== 'accepted') throw invalidTransition(request, now);
          throw offerRefused('This offer is accepted already.', request, now, offer);
        }
        const { from, to } = helpOfferMachine.transitions.accept;
        const { matchedCount } = await this.offers.collection.updateOne(
          { _id: offerId, status: { $in: [...from] } },
          { $set: { status: to, acceptedAt: now, updatedAt: now, leftSeq: null } },
          { session },
        );
        if (matchedCount === 0) throw invalidTransition(request, now, offer);
      },
      { about: id.toHexString() },
    );
  }

  /**
   * Declines an offer for good. Repeating it changes nothing.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for its helper, INVALID_TRANSITION unless it is open.
   */
  decline(actor: Actor, id: Types.ObjectId, offerId: Types.ObjectId): Promise<HelpOffer> {
    return this.transactions.run(
      async (session) => {
        const now = this.clock.now();
        const { request, offer } = await this.access.seeAsRequester(actor, id, offerId);
        if (offer.status === 'declined') return offer;
        if (statusAt(request, now) === 'expired') throw invalidTransition(request, now, offer);
        const { from, to } = helpOfferMachine.transitions.decline;
        const declined = (await this.offers.collection.findOneAndUpdate(
          { _id: offerId, status: { $in: [...from] } },
          { $set: { status: to, updatedAt: now } },
          { session, returnDocument: 'after' },
        )) as HelpOffer | null;
        if (!declined) throw invalidTransition(request, now, offer);
        await this.tell(session, 'help_offer.declined', declined, {
          id: actor.id,
          role: 'requester',
        });
        return declined;
      },
      { about: id.toHexString() },
    );
  }

  private refuseSecond(request: HelpRequest, earlier: HelpOffer | null): void {
    if (!earlier || earlier.status === 'withdrawn') return;
    if (earlier.status === 'open' || earlier.status === 'accepted') {
      throw new DomainError(
        'CONFLICT',
        'You have offered already. To change your offer, withdraw it and offer again.',
        { offerId: earlier._id.toHexString(), offerStatus: earlier.status },
      );
    }
    const now = this.clock.now();
    if (earlier.status !== 'declined') throw invalidTransition(request, now, earlier);
    throw offerRefused(
      'The requester declined your offer; you cannot offer again.',
      request,
      now,
      earlier,
    );
  }

  /** Writes the request, so that an offer excludes whatever ends it or chooses somebody at the same time. */
  private async takePlace(
    session: ClientSession,
    request: HelpRequest,
    isNew: boolean,
  ): Promise<void> {
    const now = this.clock.now();
    const { matchedCount } = await this.requests.collection.updateOne(
      {
        _id: request._id,
        status: 'open',
        expiresAt: { $gt: now },
        removedAt: null,
        ownerHidden: false,
        ...(isNew ? { offerCount: { $lt: MOST_OFFERS } } : {}),
      },
      { $set: { lastOfferAt: now }, $inc: { offerCount: isNew ? 1 : 0 } },
      { session },
    );
    if (matchedCount === 1) return;
    if (statusAt(request, now) !== 'open') throw invalidTransition(request, now);
    if (request.removedAt || request.ownerHidden) throw notFound('This help request');
    throw new DomainError(
      'CONFLICT',
      `This request has ${MOST_OFFERS} offers: look for another one.`,
    );
  }

  private async write(
    session: ClientSession,
    actor: Actor,
    request: HelpRequest,
    earlier: HelpOffer | null,
    input: CreateOfferDto,
  ): Promise<HelpOffer> {
    const now = this.clock.now();
    const said = { message: input.message, price: toPrice(input.price), updatedAt: now };
    if (earlier) {
      const { from, to } = helpOfferMachine.transitions.offerAgain;
      const renewed = (await this.offers.collection.findOneAndUpdate(
        { _id: earlier._id, status: { $in: [...from] } },
        { $set: { ...said, status: to, withdrawnBecause: null } },
        { session, returnDocument: 'after' },
      )) as HelpOffer | null;
      if (!renewed) throw invalidTransition(request, now, earlier);
      return renewed;
    }
    const offer: HelpOffer = {
      _id: new Types.ObjectId(),
      request: request._id,
      requester: request.requester,
      helper: actor.id,
      ...said,
      status: helpOfferMachine.initial,
      withdrawnBecause: null,
      createdAt: now,
      acceptedAt: null,
      lastMessageAt: null,
      leftSeq: null,
    };
    await this.offers.collection.insertOne(offer, { session });
    return offer;
  }

  private async tell(
    session: ClientSession,
    type: 'help_offer.created' | 'help_offer.declined',
    offer: HelpOffer,
    by: { id: Types.ObjectId; role: 'requester' | 'helper' },
  ): Promise<void> {
    await this.events.append(session, [
      helpRequestEvent({
        request: offer.request,
        seq: null,
        type,
        actor: by,
        at: offer.updatedAt,
        data: { offer: offer._id },
        users: [offer.requester, offer.helper],
      }),
    ]);
  }
}
