import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Collection } from 'mongodb';
import type { Model } from 'mongoose';
import { Clock, later } from '../../../../common/time/clock';
import {
  type PaymentProvider,
  type ProviderBill,
  ProviderRefusedError,
  type ProviderSubscription,
} from '../payment-provider';
import { sandboxId } from './sandbox-id';
import { PERIOD_MS, proration } from './sandbox-proration';
import { SandboxStore } from './sandbox-store';
import { SandboxSubscription } from './sandbox-subscription.schema';

type Input<Method extends 'subscribe' | 'changeSubscription' | 'cancelSubscription'> = Parameters<
  PaymentProvider[Method]
>[0];

/** The subscriptions that the sandbox plays. As SandboxStore, of no transaction. */
@Injectable()
export class SandboxSubscriptions {
  constructor(
    @InjectModel(SandboxSubscription.name)
    private readonly subscriptions: Model<SandboxSubscription>,
    private readonly store: SandboxStore,
    private readonly clock: Clock,
  ) {}

  /** The intent of its first payment has been made. */
  async subscribe(input: Input<'subscribe'>): Promise<ProviderSubscription> {
    const { subscriptionId, paymentId, plan, price } = input;
    const _id = `sbs_${subscriptionId}`;
    const fields: Omit<SandboxSubscription, '_id'> = {
      subscriptionId,
      paymentId,
      plan,
      price,
      creditMinor: 0,
      bills: 1,
      lastBill: {
        invoiceId: billId(subscriptionId, 1),
        providerId: sandboxId(paymentId),
        amount: price,
      },
      periodEnd: later(this.clock.now(), PERIOD_MS),
      lastChange: null,
      pastDue: false,
      cancelAtPeriodEnd: false,
      endedAt: null,
    };
    await this.collection.updateOne({ _id }, { $setOnInsert: fields }, { upsert: true });
    return this.known(_id);
  }

  /**
   * A dearer plan is charged at once to the card that is known, a cheaper one gives credit.
   *
   * @throws ProviderRefusedError for a card that asks its owner each time (`requires_action`).
   */
  async change(input: Input<'changeSubscription'>): Promise<ProviderSubscription> {
    const { providerSubscriptionId: id, plan, price, idempotencyKey } = input;
    const before = await this.read(id);
    if (before.lastChange === idempotencyKey || before.endedAt) return this.known(id);
    const cost = proration(before.price, price, {
      periodEnd: before.periodEnd,
      now: this.clock.now(),
    });
    const charged = Math.max(0, cost - before.creditMinor);
    if (charged > 0 && (await this.cardAsks(before))) {
      throw new ProviderRefusedError('The card asks its owner each time.');
    }
    const bills = before.bills + 1;
    const lastBill = await this.bill(before, bills, { ...price, amountMinor: charged });
    await this.collection.updateOne(
      { _id: id, bills: before.bills },
      {
        $set: {
          plan,
          price,
          bills,
          lastBill,
          lastChange: idempotencyKey,
          creditMinor: Math.max(0, before.creditMinor - cost),
        },
      },
    );
    return this.known(id);
  }

  async cancel({
    providerSubscriptionId,
    at,
  }: Input<'cancelSubscription'>): Promise<ProviderSubscription> {
    const open = { _id: providerSubscriptionId, endedAt: null };
    const now = this.clock.now();
    await this.collection.updateOne(open, {
      $set: at === 'now' ? { endedAt: now } : { cancelAtPeriodEnd: true },
    });
    const { paymentId } = await this.read(providerSubscriptionId);
    // What has not been paid is not asked for any more.
    if (at === 'now') {
      await this.store.change(sandboxId(paymentId), {
        condition: { status: { $in: ['pending', 'processing'] } },
        set: { status: 'cancelled' },
        tell: [
          {
            id: `evt_cancelled_${paymentId}`,
            type: 'payment.cancelled',
            data: { paymentId },
            nextAt: now,
          },
        ],
      });
    }
    return this.known(providerSubscriptionId);
  }

  async find(id: string): Promise<ProviderSubscription | null> {
    const row = await this.collection.findOne({ _id: id });
    if (!row) return null;
    const first = await this.store.find(sandboxId(row.paymentId));
    if (!first) throw new Error(`The sandbox knows no payment of ${id}.`);
    const last = await this.store.find(row.lastBill.providerId ?? first._id);
    const never = first.status === 'failed' || first.status === 'cancelled';
    const paid = first.status === 'succeeded';
    const open = row.pastDue ? 'past_due' : paid ? 'active' : 'incomplete';
    return {
      providerSubscriptionId: id,
      status: row.endedAt !== null || never ? 'ended' : open,
      plan: row.plan,
      cancelAtPeriodEnd: row.cancelAtPeriodEnd,
      bill: row.lastBill,
      intent: row.lastBill.providerId && last ? this.store.view(last) : null,
      currentPeriodEnd: row.periodEnd,
    };
  }

  /** Whose period is over. */
  due(limit: number): Promise<SandboxSubscription[]> {
    return this.collection
      .find({ endedAt: null, pastDue: false, periodEnd: { $lte: this.clock.now() } })
      .limit(limit)
      .toArray();
  }

  /** Ends a period: a renewal, one that cannot be paid, or the end. Each step can be made again. */
  async turn(row: SandboxSubscription): Promise<void> {
    const { _id, bills, periodEnd, creditMinor, price } = row;
    const first = await this.store.find(sandboxId(row.paymentId));
    if (first?.status !== 'succeeded') return this.advance(row, { endedAt: periodEnd });
    const { subscriptionId, plan } = row;
    if (row.cancelAtPeriodEnd) {
      await this.tell(row, 'ended', { subscriptionId });
      return this.advance(row, { endedAt: periodEnd });
    }
    const next = later(periodEnd, PERIOD_MS);
    const charged = Math.max(0, price.amountMinor - creditMinor);
    const number = bills + 1;
    const about = { subscriptionId, plan, currency: price.currency, currentPeriodEnd: next };
    if (charged > 0 && (await this.cardAsks(row))) {
      const invoiceId = billId(subscriptionId, number);
      await this.tell(row, 'renewal_failed', { ...about, invoiceId, amountMinor: charged });
      return this.advance(row, { pastDue: true });
    }
    const lastBill = await this.bill(row, number, { ...price, amountMinor: charged });
    const { invoiceId, providerId } = lastBill;
    await this.tell(row, 'renewed', { ...about, invoiceId, providerId, amountMinor: charged });
    await this.collection.updateOne(
      { _id, bills },
      {
        $set: {
          bills: number,
          lastBill,
          periodEnd: next,
          creditMinor: Math.max(0, creditMinor - price.amountMinor),
        },
      },
    );
  }

  /** A card that asked its owner at the first payment does so each time, and nobody is there to answer. */
  private async cardAsks({ paymentId }: SandboxSubscription): Promise<boolean> {
    return (await this.store.find(sandboxId(paymentId)))?.asks === true;
  }

  /** A bill and what it was paid with; its number makes a repeat find the same. */
  private async bill(
    { subscriptionId }: SandboxSubscription,
    number: number,
    amount: ProviderBill['amount'],
  ): Promise<ProviderBill> {
    const invoiceId = billId(subscriptionId, number);
    if (amount.amountMinor === 0) return { invoiceId, providerId: null, amount };
    const providerId = sandboxId(invoiceId);
    await this.store.create({ _id: providerId, paymentId: invoiceId, ...amount });
    await this.store.change(providerId, {
      condition: { status: 'pending' },
      set: { status: 'succeeded' },
      tell: [],
    });
    return { invoiceId, providerId, amount };
  }

  private async tell(
    { subscriptionId, paymentId, bills }: SandboxSubscription,
    type: string,
    data: Record<string, unknown>,
  ): Promise<void> {
    const id = `evt_${type}_${subscriptionId}_${bills}`;
    await this.store.change(sandboxId(paymentId), {
      condition: { 'events.id': { $ne: id } },
      tell: [{ id, type: `subscription.${type}`, data, nextAt: this.clock.now() }],
    });
  }

  private async advance(
    { _id, bills }: SandboxSubscription,
    set: Partial<SandboxSubscription>,
  ): Promise<void> {
    await this.collection.updateOne({ _id, bills }, { $set: set });
  }

  private async read(id: string): Promise<SandboxSubscription> {
    const found = await this.collection.findOne({ _id: id });
    if (!found) throw new Error(`The sandbox knows no subscription ${id}.`);
    return found;
  }

  private async known(id: string): Promise<ProviderSubscription> {
    const found = await this.find(id);
    if (!found) throw new Error(`The sandbox knows no subscription ${id}.`);
    return found;
  }

  private get collection(): Collection<SandboxSubscription> {
    return this.subscriptions.collection as unknown as Collection<SandboxSubscription>;
  }
}

const billId = (subscriptionId: string, number: number): string =>
  `sbi_${subscriptionId}_${number}`;
