import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { SYSTEM } from '../events/schemas/event.schema';
import { PersonalDelivery } from '../sockets/personal-delivery';
import { UserLifecycle, type UserLifecycleListener } from '../users/user-lifecycle';
import { Subscription } from './schemas/subscription.schema';
import { SubscriptionMoves } from './subscription-moves';
import { SubscriptionQueries } from './subscription.queries';

/** What becomes of subscriptions with their payers and subjects; and their news on the payers' sockets. */
@Injectable()
export class SubscriptionLifecycle implements UserLifecycleListener, OnModuleInit {
  constructor(
    @InjectModel(Subscription.name) private readonly subscriptions: Model<Subscription>,
    private readonly moves: SubscriptionMoves,
    private readonly queries: SubscriptionQueries,
    private readonly transactions: TransactionRunner,
    private readonly lifecycle: UserLifecycle,
    private readonly delivery: PersonalDelivery,
  ) {}

  onModuleInit(): void {
    this.lifecycle.register(this);
    this.delivery.register('subscription', ({ subject }, viewer) =>
      this.queries.viewFor(viewer, subject),
    );
  }

  /** Nobody's card is charged once they are gone: what is paid runs out, and is not renewed. */
  async onErasing(user: Types.ObjectId): Promise<void> {
    await this.transactions.run(async (session) => {
      for (const held of await this.open(session, { payer: user })) {
        if (held.status !== 'active') {
          await this.moves.end(session, held, { reason: 'cancelled', providerTold: false });
        } else if (!held.cancelAtPeriodEnd) {
          await this.moves.request(session, held, 'subscription.cancel_requested', SYSTEM, {
            cancelAtPeriodEnd: true,
            providerTold: false,
          });
        }
      }
    });
  }

  /** Inside the transaction that removes an organization or a business: nobody pays for it any more. */
  async subjectRemoved(session: ClientSession, subject: Types.ObjectId): Promise<void> {
    for (const held of await this.open(session, { 'subject.id': subject })) {
      await this.moves.end(session, held, { reason: 'subject_removed', providerTold: false });
    }
  }

  private async open(
    session: ClientSession,
    whose: { payer: Types.ObjectId } | { 'subject.id': Types.ObjectId },
  ): Promise<Subscription[]> {
    const rows = await this.subscriptions
      .find({ ...whose, open: true })
      .sort({ _id: 1 })
      .lean<Subscription[]>();
    const held: Subscription[] = [];
    for (const { _id } of rows) {
      const one = await this.moves.hold(session, _id);
      if (one) held.push(one);
    }
    return held;
  }
}
