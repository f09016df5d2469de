import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { SWEEP_BATCH, Sweeper } from '../../common/sweeper/sweeper';
import { Clock, later } from '../../common/time/clock';
import { nextAttemptAt } from '../payments/payment.rules';
import { Subscription } from './schemas/subscription.schema';
import { SubscriptionCalls } from './subscription-calls.service';
import { SubscriptionMoves } from './subscription-moves';
import { FIRST_PAYMENT_WITHIN_MS } from './subscription.rules';
import type { EndReason } from './subscription.transitions';

/**
 * Finishes what a crash left undone between us and the provider, ends what nobody pays, and asks where no news came. Each
 * piece is put off when it is taken up, so that what fails is tried again later, by whichever node.
 */
@Injectable()
export class SubscriptionSweeper extends Sweeper {
  constructor(
    @InjectModel(Subscription.name) private readonly subscriptions: Model<Subscription>,
    private readonly calls: SubscriptionCalls,
    private readonly moves: SubscriptionMoves,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {
    super();
  }

  protected async round(): Promise<void> {
    // The type, so that the partial index serves it.
    const due = { nextAt: { $type: 'date' as const, $lte: this.clock.now() } };
    const rows = await this.attempt(() =>
      this.subscriptions
        .find(due, { attempts: 1 })
        .sort({ nextAt: 1 })
        .limit(SWEEP_BATCH)
        .lean<Pick<Subscription, '_id' | 'attempts'>[]>(),
    );
    for (const { _id, attempts } of rows ?? []) {
      if (this.stopped) return;
      await this.attempt(async () => {
        const subscription = await this.subscriptions
          .findOneAndUpdate(
            { _id, ...due },
            { $set: { nextAt: nextAttemptAt(this.clock.now(), attempts) }, $inc: { attempts: 1 } },
            { returnDocument: 'after' },
          )
          .lean<Subscription>();
        if (subscription) await this.see(subscription);
      });
    }
  }

  private async see(subscription: Subscription): Promise<void> {
    const { _id, status } = subscription;
    // It may have been paid at last, and the news be lost.
    if (status === 'past_due') await this.attempt(() => this.calls.look(_id));
    if (this.isOver(subscription)) {
      await this.end(_id, status === 'incomplete' ? 'payment_expired' : 'unpaid');
    }
    const { subscription: now } = await this.calls.pursue(_id);
    if (now.open && now.providerId !== null) await this.calls.look(_id);
  }

  /** The first payment was not made in time, or the grace period is over. */
  private isOver({ status, createdAt, graceUntil }: Subscription): boolean {
    const now = this.clock.now();
    if (status === 'incomplete') return later(createdAt, FIRST_PAYMENT_WITHIN_MS) <= now;
    return status === 'past_due' && graceUntil !== null && graceUntil <= now;
  }

  private async end(id: Types.ObjectId, reason: EndReason): Promise<void> {
    await this.transactions.run(
      async (session) => {
        const held = await this.moves.hold(session, id);
        if (!held || !this.isOver(held)) return;
        await this.moves.end(session, held, { reason, providerTold: false });
      },
      { about: id.toHexString() },
    );
  }
}
