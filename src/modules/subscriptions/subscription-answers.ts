import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongodb';
import type { Types } from 'mongoose';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { findPlan } from '../../common/entitlements/plans';
import { Clock, later } from '../../common/time/clock';
import { PaymentsService } from '../payments/payments.service';
import type { ProviderIntent, ProviderSubscription } from '../payments/providers/payment-provider';
import type { Subscription } from './schemas/subscription.schema';
import { SubscriptionBills } from './subscription-bills';
import { SubscriptionMoves } from './subscription-moves';
import { remembered, SubscriptionNews } from './subscription-news';
import { CHANGE_WITHIN_MS } from './subscription.rules';

/**
 * Records what the provider answered. A call and its record are two things, so webhooks may have come in between, and a crash:
 * each record is a transaction that looks at the subscription as it is now, and can be made again with no second effect.
 */
@Injectable()
export class SubscriptionAnswers {
  constructor(
    private readonly moves: SubscriptionMoves,
    private readonly bills: SubscriptionBills,
    private readonly news: SubscriptionNews,
    private readonly payments: PaymentsService,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /** The subscription was made there: what it is called, and how its first payment stands. */
  subscribed(id: Types.ObjectId, answer: ProviderSubscription): Promise<Subscription> {
    return this.record(id, async (session, held) => {
      await this.moves.note(session, held, {
        providerId: held.providerId ?? answer.providerSubscriptionId,
        currentPeriodEnd: held.currentPeriodEnd ?? answer.currentPeriodEnd,
        paidBills: remembered(held, answer.bill?.invoiceId),
      });
      await this.firstPayment(session, held, answer.intent);
    });
  }

  /** The provider said no for good: nothing was made there, and nothing is to be ended. */
  refused(id: Types.ObjectId): Promise<Subscription> {
    return this.record(id, async (session, held) => {
      const payment = await this.payments.hold(session, held.firstPayment);
      if (payment) await this.payments.apply(session, payment, 'failed');
      const now = await this.moves.hold(session, id);
      if (now?.status === 'ended') await this.moves.note(session, now, { providerTold: true });
    });
  }

  /** The provider knows that it ends, or has ended. */
  told(id: Types.ObjectId): Promise<Subscription> {
    return this.record(id, async (session, held) => {
      await this.moves.note(session, held, { providerTold: true });
    });
  }

  /** @param change that was asked for: where another was since, the answer is not about that one. */
  changed(
    id: Types.ObjectId,
    change: Types.ObjectId,
    answer: ProviderSubscription,
  ): Promise<Subscription> {
    return this.record(id, async (session, held) => {
      if (!held.pendingChange?.id.equals(change)) {
        // It ended while the provider was asked, or the change was given up: what was taken for it counts all the same.
        await this.paidBill(session, held, answer);
        return;
      }
      const { bill, intent, plan } = answer;
      if (bill && !held.paidBills.includes(bill.invoiceId) && intent?.status !== 'succeeded') {
        await this.bills.recordOpen(session, held, bill);
      }
      const paid = await this.paidBill(session, held, answer);
      if (plan === held.pendingChange.plan) await this.moves.setPlan(session, paid, plan);
    });
  }

  /** The change cannot be had: the plan stays. */
  notChanged(id: Types.ObjectId, change: Types.ObjectId): Promise<Subscription> {
    return this.record(id, async (session, held) => {
      if (!held.pendingChange?.id.equals(change)) return;
      await this.moves.note(session, held, { pendingChange: null });
    });
  }

  /**
   * How it stands there, asked because no news came.
   *
   * @param seen as it was when the provider was asked: where it changed since, the answer may be old, and counts for nothing.
   */
  looked(seen: Subscription, answer: ProviderSubscription | null): Promise<Subscription> {
    return this.record(seen._id, async (session, held) => {
      if (!answer || held.revision !== seen.revision + 1) return;
      if (held.status === 'incomplete') return this.firstPayment(session, held, answer.intent);
      if (!held.open) return;
      if (answer.status === 'ended') {
        await this.moves.end(session, held, {
          reason: held.cancelAtPeriodEnd ? 'cancelled' : 'provider',
          providerTold: true,
        });
        return;
      }
      const now = await this.plan(session, held, answer);
      const { bill, currentPeriodEnd } = answer;
      const news = { bill, currentPeriodEnd, at: this.clock.now() };
      if (answer.status === 'past_due') await this.news.renewalFailed(session, now, news);
      else if (isPaid(answer)) await this.news.renewed(session, now, news);
    });
  }

  private async plan(
    session: ClientSession,
    held: Subscription,
    { plan }: ProviderSubscription,
  ): Promise<Subscription> {
    if (plan !== null && plan !== held.plan && findPlan(plan)) {
      return this.moves.setPlan(session, held, plan);
    }
    const { pendingChange: change } = held;
    const over = change && later(change.requestedAt, CHANGE_WITHIN_MS) <= this.clock.now();
    return over ? this.moves.note(session, held, { pendingChange: null }) : held;
  }

  /** A bill that was paid: once in the books. Of one that has ended it goes back by itself. */
  private async paidBill(
    session: ClientSession,
    held: Subscription,
    answer: ProviderSubscription,
  ): Promise<Subscription> {
    const { bill } = answer;
    if (!bill || !isPaid(answer) || held.paidBills.includes(bill.invoiceId)) return held;
    const payment = await this.bills.recordPaid(session, held, bill, held.open);
    return this.moves.note(session, held, {
      paidBills: remembered(held, bill.invoiceId),
      ...(payment && held.open ? { paidBy: [...held.paidBy, payment] } : {}),
    });
  }

  private async firstPayment(
    session: ClientSession,
    held: Subscription,
    intent: ProviderIntent | null,
  ): Promise<void> {
    const payment = intent && (await this.payments.hold(session, held.firstPayment));
    if (!payment) return;
    await this.payments.recordProviderId(session, payment, intent.providerId, null);
    await this.payments.apply(session, payment, intent.status);
  }

  private record(
    id: Types.ObjectId,
    work: (session: ClientSession, held: Subscription) => Promise<void>,
  ): Promise<Subscription> {
    return this.transactions.run(
      async (session) => {
        const held = await this.moves.hold(session, id);
        if (!held) throw new Error('A subscription stays.');
        await work(session, held);
        const after = await this.moves.hold(session, id);
        if (!after) throw new Error('A subscription stays.');
        return after;
      },
      { about: id.toHexString() },
    );
  }
}

function isPaid({ bill, intent }: ProviderSubscription): boolean {
  return bill !== null && (bill.amount.amountMinor === 0 || intent?.status === 'succeeded');
}
