import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Collection } from 'mongodb';
import type { Model } from 'mongoose';
import { Clock, DAY, later } from '../../../../common/time/clock';
import type { PaymentProvider, ProviderSubscription } from '../payment-provider';
import { sandboxId } from './sandbox-id';
import { SandboxStore } from './sandbox-store';
import { SandboxSubscription } from './sandbox-subscription.schema';

/** How long what is paid lasts. */
const PERIOD_MS = 30 * DAY;

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
  async subscribe({
    subscriptionId,
    paymentId,
    plan,
    price,
  }: Input<'subscribe'>): Promise<ProviderSubscription> {
    const _id = `sbs_${subscriptionId}`;
    await this.collection.updateOne(
      { _id },
      {
        $setOnInsert: {
          subscriptionId,
          paymentId,
          plan,
          price,
          startedAt: this.clock.now(),
          cancelAtPeriodEnd: false,
          endedAt: null,
        },
      },
      { upsert: true },
    );
    return this.known(_id);
  }

  async change({
    providerSubscriptionId,
    plan,
    price,
  }: Input<'changeSubscription'>): Promise<ProviderSubscription> {
    await this.collection.updateOne({ _id: providerSubscriptionId }, { $set: { plan, price } });
    return this.known(providerSubscriptionId);
  }

  async cancel({
    providerSubscriptionId,
    at,
  }: Input<'cancelSubscription'>): Promise<ProviderSubscription> {
    await this.collection.updateOne(
      { _id: providerSubscriptionId, endedAt: null },
      { $set: at === 'now' ? { endedAt: this.clock.now() } : { cancelAtPeriodEnd: true } },
    );
    return this.known(providerSubscriptionId);
  }

  async find(id: string): Promise<ProviderSubscription | null> {
    const row = await this.collection.findOne({ _id: id });
    if (!row) return null;
    const intent = await this.store.find(sandboxId(row.paymentId));
    if (!intent) throw new Error(`The sandbox knows no payment of ${id}.`);
    const paid = intent.status === 'succeeded';
    const ended = row.endedAt !== null || intent.status === 'failed';
    return {
      providerSubscriptionId: id,
      status: ended ? 'ended' : paid ? 'active' : 'incomplete',
      plan: row.plan,
      cancelAtPeriodEnd: row.cancelAtPeriodEnd,
      bill: {
        invoiceId: `sbi_${row.paymentId}`,
        providerId: intent._id,
        amount: { amountMinor: intent.amountMinor, currency: intent.currency },
      },
      intent: this.store.view(intent),
      currentPeriodEnd: paid ? later(row.startedAt, PERIOD_MS) : null,
    };
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
