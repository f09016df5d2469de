import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { notFound } from '../../common/errors/domain-error';
import { Clock, later } from '../../common/time/clock';
import { EventLog } from '../events/event-log';
import type { EventActor } from '../events/schemas/event.schema';
import { helpRequestEvent } from './events/help-request-events';
import { HelpRequestAccess } from './help-request.access';
import { HelpRequestMoves } from './help-request.moves';
import { invalidTransition, REOPENED_FOR_MS } from './help-request.rules';
import { helpOfferMachine, STANDING } from './help-request.transitions';
import { HelpOffer, type WithdrawnBecause } from './schemas/help-offer.schema';
import { HelpRequest } from './schemas/help-request.schema';

/** How helpers leave: an open offer is taken back, an accepted one opens the request again. */
@Injectable()
export class HelpDepartures {
  constructor(
    @InjectModel(HelpRequest.name) private readonly requests: Model<HelpRequest>,
    @InjectModel(HelpOffer.name) private readonly offers: Model<HelpOffer>,
    private readonly transactions: TransactionRunner,
    private readonly moves: HelpRequestMoves,
    private readonly access: HelpRequestAccess,
    private readonly events: EventLog,
    private readonly clock: Clock,
  ) {}

  /**
   * A helper takes their offer back. Repeating it changes nothing; while the request is open they may offer again.
   *
   * @returns the offer as it is now.
   * @throws DomainError NOT_FOUND, FORBIDDEN for the requester, INVALID_TRANSITION after the end or a refusal.
   */
  withdraw(actor: Actor, id: Types.ObjectId, offerId: Types.ObjectId): Promise<HelpOffer> {
    return this.transactions.run(
      async (session) => {
        const { request, offer } = await this.access.seeOwnOffer(actor, id, offerId);
        const by = { id: actor.id, role: 'helper' } as const;
        const left = await this.leave(session, offer._id, 'helper', by);
        if (left) return left;
        if (offer.status === 'withdrawn') return offer;
        throw invalidTransition(request, this.clock.now(), offer);
      },
      { about: id.toHexString() },
    );
  }

  /**
   * The chosen helper gives up: as `withdraw`, without naming the offer.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for who has not offered, INVALID_TRANSITION.
   */
  async giveUp(actor: Actor, id: Types.ObjectId): Promise<void> {
    const { viewer } = await this.access.seeAs(actor, id, ['chosen_helper', 'helper']);
    if (!viewer.offer) throw notFound('Your offer');
    await this.withdraw(actor, id, viewer.offer._id);
  }

  /**
   * Ends an offer that stands, inside a transaction; the request of an accepted one is open again, for a day at least.
   *
   * @returns the offer as it is then, or null when there is nothing to leave.
   */
  async leave(
    session: ClientSession,
    offerId: Types.ObjectId,
    because: WithdrawnBecause,
    by: EventActor,
  ): Promise<HelpOffer | null> {
    const now = this.clock.now();
    const offer = (await this.offers.collection.findOne(
      { _id: offerId, status: { $in: [...STANDING] } },
      { session },
    )) as HelpOffer | null;
    if (!offer) return null;
    const reopened = offer.status === 'accepted' ? await this.reopen(session, offer, by) : null;
    // What was completed with this helper stays theirs.
    if (offer.status === 'accepted' && !reopened) return null;
    const left = (await this.offers.collection.findOneAndUpdate(
      { _id: offerId, status: offer.status },
      {
        $set: {
          status: helpOfferMachine.transitions.withdraw.to,
          withdrawnBecause: because,
          updatedAt: now,
          ...(reopened ? { leftSeq: reopened.seq + 1 } : {}),
        },
      },
      { session, returnDocument: 'after' },
    )) as HelpOffer | null;
    if (!left) return null;
    await this.events.append(session, [
      helpRequestEvent({
        request: offer.request,
        seq: null,
        type: 'help_offer.withdrawn',
        actor: by,
        at: now,
        data: { offer: offerId },
        users: [offer.requester, offer.helper],
      }),
    ]);
    return left;
  }

  private async reopen(
    session: ClientSession,
    offer: HelpOffer,
    by: EventActor,
  ): Promise<HelpRequest | null> {
    const before = await this.moves.move(session, offer.request, {
      transition: 'reopen',
      event: 'help_request.reopened',
      actor: by,
      condition: { chosenOffer: offer._id },
      set: { chosenOffer: null, chosenHelper: null, doneAt: null, completionDueAt: null },
      data: { helper: offer.helper },
    });
    if (!before) return null;
    await this.requests.collection.updateOne(
      { _id: offer.request },
      { $max: { expiresAt: later(this.clock.now(), REOPENED_FOR_MS) } },
      { session },
    );
    return before;
  }
}
