import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { planOf } from '../../common/entitlements/plans';
import { Clock, later } from '../../common/time/clock';
import { PaymentProviders } from '../payments/providers/payment-providers';
import {
  ProviderRefusedError,
  type ProviderSubscription,
} from '../payments/providers/payment-provider';
import { type PendingChange, Subscription } from './schemas/subscription.schema';
import { SubscriptionAnswers } from './subscription-answers';
import { CHANGE_WITHIN_MS } from './subscription.rules';

export interface Pursued {
  subscription: Subscription;
  /** What the provider said last; null where it did not have to be asked. */
  answer: ProviderSubscription | null;
}

/**
 * What is to be done with the provider, outside of any transaction. What is left to do stands in the subscription; each call
 * has an idempotency key that is made of it, and its answer is recorded. So all of it can be done again after a crash at any
 * point, by a repeat of the request or by the sweeper, on whatever node.
 */
@Injectable()
export class SubscriptionCalls {
  constructor(
    @InjectModel(Subscription.name) private readonly subscriptions: Model<Subscription>,
    private readonly providers: PaymentProviders,
    private readonly answers: SubscriptionAnswers,
    private readonly clock: Clock,
  ) {}

  /**
   * Does all that is left to do.
   *
   * @throws ProviderUnavailableError; DomainError UNAVAILABLE where the provider is not set up any more.
   */
  async pursue(id: Types.ObjectId): Promise<Pursued> {
    let subscription = await this.read(id);
    let answer: ProviderSubscription | null = null;
    // What was begun is finished before it is ended: or it would go on there, unknown here.
    const wanted = subscription.status === 'incomplete' || !subscription.providerTold;
    if (subscription.providerId === null && wanted) {
      ({ subscription, answer } = await this.subscribe(subscription));
    }
    if (subscription.providerId === null) return { subscription, answer };
    if (subscription.pendingChange && subscription.open) {
      ({ subscription, answer } = await this.change(subscription, subscription.pendingChange));
    }
    const { status, cancelAtPeriodEnd, providerTold } = subscription;
    if (!providerTold && (status === 'ended' || cancelAtPeriodEnd)) {
      subscription = await this.cancel(subscription, status === 'ended' ? 'now' : 'period_end');
    }
    return { subscription, answer };
  }

  /** Asks how it stands, and records it. @throws ProviderUnavailableError */
  async look(id: Types.ObjectId): Promise<Pursued> {
    const seen = await this.read(id);
    if (seen.providerId === null) return { subscription: seen, answer: null };
    const answer = await this.providers.named(seen.provider).findSubscription(seen.providerId);
    return { subscription: await this.answers.looked(seen, answer), answer };
  }

  private async subscribe(subscription: Subscription): Promise<Pursued> {
    const { _id, plan, firstPayment, provider } = subscription;
    const id = _id.toHexString();
    try {
      const answer = await this.providers.named(provider).subscribe({
        subscriptionId: id,
        paymentId: firstPayment.toHexString(),
        plan,
        price: planOf(plan).price,
        idempotencyKey: `subscribe:${id}`,
      });
      return { subscription: await this.answers.subscribed(_id, answer), answer };
    } catch (error) {
      if (!(error instanceof ProviderRefusedError)) throw error;
      return { subscription: await this.answers.refused(_id), answer: null };
    }
  }

  private async change(
    subscription: Subscription,
    { id: change, plan, requestedAt }: PendingChange,
  ): Promise<Pursued> {
    const { _id, provider, providerId } = subscription;
    // It was not paid in time: how it stands tells, and asking for it again would begin it anew.
    if (later(requestedAt, CHANGE_WITHIN_MS) <= this.clock.now()) return this.look(_id);
    try {
      const answer = await this.providers.named(provider).changeSubscription({
        providerSubscriptionId: providerId ?? '',
        subscriptionId: _id.toHexString(),
        plan,
        price: planOf(plan).price,
        idempotencyKey: `change:${change.toHexString()}`,
      });
      return { subscription: await this.answers.changed(_id, change, answer), answer };
    } catch (error) {
      if (!(error instanceof ProviderRefusedError)) throw error;
      return { subscription: await this.answers.notChanged(_id, change), answer: null };
    }
  }

  private async cancel(
    { _id, provider, providerId }: Subscription,
    at: 'period_end' | 'now',
  ): Promise<Subscription> {
    await this.providers.named(provider).cancelSubscription({
      providerSubscriptionId: providerId ?? '',
      at,
      idempotencyKey: `cancel:${at}:${_id.toHexString()}`,
    });
    return this.answers.told(_id);
  }

  private async read(id: Types.ObjectId): Promise<Subscription> {
    const subscription = await this.subscriptions.findById(id).lean<Subscription>();
    if (!subscription) throw new Error('A subscription stays.');
    return subscription;
  }
}
