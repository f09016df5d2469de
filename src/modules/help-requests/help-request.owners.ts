import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Document, Filter } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { Clock, later } from '../../common/time/clock';
import { SYSTEM } from '../events/schemas/event.schema';
import { type Standing, UserLifecycle, type UserLifecycleListener } from '../users/user-lifecycle';
import { HelpDepartures } from './help-departures.service';
import { HelpRequestMoves } from './help-request.moves';
import { OBJECTION_TIME_MS } from './help-request.rules';
import { LIVE_STATUSES, STANDING } from './help-request.transitions';
import { HelpMessage } from './schemas/help-message.schema';
import { HelpOffer, type WithdrawnBecause } from './schemas/help-offer.schema';
import { HelpRating } from './schemas/help-rating.schema';
import { HelpRequest } from './schemas/help-request.schema';

/** What becomes of requests and offers when people block each other, are suspended or leave. */
@Injectable()
export class HelpRequestOwners implements UserLifecycleListener, OnModuleInit {
  constructor(
    @InjectModel(HelpRequest.name) private readonly requests: Model<HelpRequest>,
    @InjectModel(HelpOffer.name) private readonly offers: Model<HelpOffer>,
    @InjectModel(HelpMessage.name) private readonly messages: Model<HelpMessage>,
    @InjectModel(HelpRating.name) private readonly ratings: Model<HelpRating>,
    private readonly lifecycle: UserLifecycle,
    private readonly transactions: TransactionRunner,
    private readonly moves: HelpRequestMoves,
    private readonly departures: HelpDepartures,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.lifecycle.register(this);
  }

  /** What the two have between them ends: no contact between blocked people. */
  async onBlocked(blocker: Types.ObjectId, blocked: Types.ObjectId): Promise<void> {
    await this.transactions.run(async (session) => {
      for (const [requester, helper] of [
        [blocker, blocked],
        [blocked, blocker],
      ]) {
        await this.withdrawAll(session, { requester, helper }, 'blocked');
      }
    });
  }

  /**
   * A suspended requester's requests are hidden until they are back, and nothing completes by itself meanwhile; then they
   * have the whole time to object. A suspended helper's offers are withdrawn.
   */
  async onStandingChanged(user: Types.ObjectId, standing: Standing): Promise<void> {
    await this.transactions.run(async (session) => {
      const suspended = standing === 'suspended';
      await this.requests.collection.updateMany(
        { requester: user },
        { $set: { ownerHidden: suspended } },
        { session },
      );
      if (suspended) return this.withdrawAll(session, { helper: user }, 'suspended');
      await this.requests.collection.updateMany(
        { requester: user, status: 'in_progress', doneAt: { $ne: null } },
        { $set: { completionDueAt: later(this.clock.now(), OBJECTION_TIME_MS) } },
        { session },
      );
    });
  }

  /** Requests end and offers are withdrawn; texts and places go. What others rated, and which stars they got, stays. */
  async onErasing(user: Types.ObjectId): Promise<void> {
    await this.transactions.run(async (session) => {
      const live = await this.requests.collection
        .find(
          { requester: user, status: { $in: [...LIVE_STATUSES] } },
          { session, projection: { _id: 1 } },
        )
        .toArray();
      for (const { _id } of live) {
        await this.moves.move(session, _id, {
          transition: 'cancel',
          event: 'help_request.cancelled',
          actor: SYSTEM,
          data: {},
        });
      }
      await this.withdrawAll(session, { helper: user }, 'erased');
      await this.requests.collection.updateMany(
        { requester: user },
        { $set: { title: 'Deleted', description: null, location: null, cancelReason: null } },
        { session },
      );
      await this.offers.collection.updateMany(
        { helper: user },
        { $set: { message: null } },
        { session },
      );
      await this.messages.collection.deleteMany({ sender: user }, { session });
      await this.ratings.collection.updateMany(
        { rater: user },
        { $set: { text: null } },
        { session },
      );
    });
  }

  private async withdrawAll(
    session: ClientSession,
    whose: Filter<Document>,
    because: WithdrawnBecause,
  ): Promise<void> {
    const standing = await this.offers.collection
      .find({ ...whose, status: { $in: [...STANDING] } }, { session, projection: { _id: 1 } })
      .toArray();
    for (const { _id } of standing) await this.departures.leave(session, _id, because, SYSTEM);
  }
}
