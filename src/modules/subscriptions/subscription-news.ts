import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ClientSession } from 'mongodb';
import { Types } from 'mongoose';
import { later } from '../../common/time/clock';
import { HEX_ID } from '../../common/http/id-param.decorator';
import type { ProviderName } from '../payments/providers/payment-provider';
import {
  type SubscriptionEvent,
  SubscriptionEvents,
} from '../payments/webhooks/subscription-events';
import { REMEMBERED_BILLS, type Subscription } from './schemas/subscription.schema';
import { SubscriptionBills } from './subscription-bills';
import { SubscriptionMoves } from './subscription-moves';
import { laterOf, MONTH_MS } from './subscription.rules';

type News = Pick<SubscriptionEvent, 'bill' | 'currentPeriodEnd' | 'at'>;

/**
 * What the provider tells of subscriptions, inside the transaction that takes it. News come in any order and repeatedly: a
 * bill counts once by its id, the end of a period only moves on, and what was overtaken changes nothing.
 */
@Injectable()
export class SubscriptionNews implements OnModuleInit {
  constructor(
    private readonly webhooks: SubscriptionEvents,
    private readonly bills: SubscriptionBills,
    private readonly moves: SubscriptionMoves,
  ) {}

  onModuleInit(): void {
    this.webhooks.register((session, provider, event) => this.take(session, provider, event));
  }

  /** @returns whether anything changed; null where it is about what is not known yet, and must be sent again. */
  private async take(
    session: ClientSession,
    provider: ProviderName,
    event: SubscriptionEvent,
  ): Promise<boolean | null> {
    if (!HEX_ID.test(event.subscriptionId)) return null;
    const held = await this.moves.hold(session, new Types.ObjectId(event.subscriptionId));
    if (!held || held.provider !== provider) return null;
    switch (event.change) {
      case 'renewed':
        // That its first payment came must be known before.
        return held.status === 'incomplete' ? null : this.renewed(session, held, event);
      case 'renewal_failed':
        return this.renewalFailed(session, held, event);
      case 'changed':
        return this.changed(session, held, event);
      case 'ended':
        return this.ended(session, held);
    }
  }

  async renewed(session: ClientSession, held: Subscription, news: News): Promise<boolean> {
    const { bill } = news;
    if (bill && held.paidBills.includes(bill.invoiceId)) return false;
    const due = held.open || (held.endedAt !== null && news.at <= held.endedAt);
    const payment = bill && (await this.bills.recordPaid(session, held, bill, due));
    const paidBills = remembered(held, bill?.invoiceId);
    if (!held.open) {
      await this.moves.note(session, held, { paidBills });
      return payment !== null;
    }
    const periodEnd = held.currentPeriodEnd;
    const currentPeriodEnd = news.currentPeriodEnd ?? later(periodEnd ?? news.at, MONTH_MS);
    // Late news of a period that is over: it is in the books, and no more.
    if (periodEnd && currentPeriodEnd <= periodEnd && !settles(held, news)) {
      await this.moves.note(session, held, { paidBills });
      return payment !== null;
    }
    await this.moves.renew(session, held, {
      paidBills,
      paidBy: payment ? [payment] : [],
      currentPeriodEnd: laterOf(periodEnd, currentPeriodEnd),
    });
    return true;
  }

  async renewalFailed(session: ClientSession, held: Subscription, news: News): Promise<boolean> {
    const { bill, currentPeriodEnd } = news;
    const { status, paidBills, currentPeriodEnd: paidUntil } = held;
    if (status !== 'active' || (bill && paidBills.includes(bill.invoiceId))) return false;
    // Of a period that was paid since, by whatever bill.
    if (currentPeriodEnd && paidUntil && currentPeriodEnd <= paidUntil) return false;
    await this.moves.fallDue(session, held, {
      invoiceId: bill?.invoiceId ?? null,
      periodEnd: currentPeriodEnd,
    });
    return true;
  }

  /**
   * A change that was asked for here and is paid takes effect. Of any other that is told, the provider is asked how things
   * stand: the news may be old.
   */
  private async changed(
    session: ClientSession,
    held: Subscription,
    { bill, plan, at }: SubscriptionEvent,
  ): Promise<boolean> {
    let now = held;
    if (bill && !held.paidBills.includes(bill.invoiceId)) {
      const due = held.open || (held.endedAt !== null && at <= held.endedAt);
      const payment = await this.bills.recordPaid(session, held, bill, due);
      now = await this.moves.note(session, held, {
        paidBills: remembered(held, bill.invoiceId),
        ...(payment && held.open ? { paidBy: [...held.paidBy, payment] } : {}),
      });
    }
    if (!held.open || held.status === 'incomplete' || plan === null || plan === held.plan) {
      return now !== held;
    }
    if (plan === held.pendingChange?.plan) await this.moves.setPlan(session, now, plan);
    else await this.moves.lookSoon(session, now);
    return true;
  }

  private async ended(session: ClientSession, held: Subscription): Promise<boolean> {
    if (!held.open) {
      if (!held.providerTold) await this.moves.note(session, held, { providerTold: true });
      return false;
    }
    const unpaid = held.status === 'incomplete' ? 'payment_expired' : 'provider';
    await this.moves.end(session, held, {
      reason: held.cancelAtPeriodEnd ? 'cancelled' : unpaid,
      providerTold: true,
    });
    return true;
  }
}

/** Whether it pays what could not be paid before. */
function settles({ unpaid }: Subscription, { bill, currentPeriodEnd }: News): boolean {
  if (!unpaid) return false;
  if (bill && unpaid.invoiceId === bill.invoiceId) return true;
  return (
    unpaid.periodEnd !== null && currentPeriodEnd !== null && currentPeriodEnd >= unpaid.periodEnd
  );
}

export function remembered({ paidBills }: Subscription, bill: string | undefined): string[] {
  if (bill === undefined || paidBills.includes(bill)) return paidBills;
  return [...paidBills, bill].slice(-REMEMBERED_BILLS);
}
