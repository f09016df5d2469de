import { Injectable } from '@nestjs/common';
import { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import type { Completion } from '../../common/idempotency/idempotent.decorator';
import { DomainError } from '../../common/errors/domain-error';
import { PaymentQueries } from '../payments/payment.queries';
import { paymentView } from '../payments/payment.view';
import { PaymentProviders, providerAway } from '../payments/providers/payment-providers';
import { ProviderUnavailableError } from '../payments/providers/payment-provider';
import type { Payment } from '../payments/schemas/payment.schema';
import type { SubscriptionDto, SubscriptionPaymentDto } from './dto/subscription.view.dto';
import { type Pursued, SubscriptionCalls } from './subscription-calls.service';
import { subscriptionView } from './subscription.view';
import type { KeptSubscription } from './subscriptions.service';

/** Tells the provider what was just asked for, outside of any transaction, and answers the request and its repeats. */
@Injectable()
export class SubscriptionCompletion implements Completion {
  constructor(
    private readonly calls: SubscriptionCalls,
    private readonly payments: PaymentQueries,
    private readonly providers: PaymentProviders,
  ) {}

  /**
   * @throws DomainError CONFLICT for a change that the provider refuses; UNAVAILABLE where the provider cannot be reached: what was asked for stays, and is
   * done later.
   */
  async complete(actor: Actor, kept: unknown): Promise<SubscriptionPaymentDto | SubscriptionDto> {
    const { subscriptionId, asked, plan } = kept as KeptSubscription;
    try {
      const pursued = await this.calls.pursue(new Types.ObjectId(subscriptionId));
      const subscription = subscriptionView(pursued.subscription, actor.id);
      if (asked === 'cancel') return subscription;
      if (asked === 'change' && subscription.plan !== plan && subscription.pendingPlan !== plan) {
        throw new DomainError(
          'CONFLICT',
          'The payment provider did not take the change: the plan stays. Cancel the subscription, and subscribe again after it.',
        );
      }
      const payment = await this.paymentOf(actor, pursued, asked);
      const clientSecret = payment && (await this.clientSecret(payment, pursued));
      return { subscription, payment: payment && paymentView(payment), clientSecret };
    } catch (error) {
      if (error instanceof ProviderUnavailableError) throw providerAway();
      throw error;
    }
  }

  /** What is to be paid, or was, for what was asked for. */
  private async paymentOf(
    actor: Actor,
    { subscription, answer }: Pursued,
    asked: 'subscribe' | 'change',
  ): Promise<Payment | null> {
    if (asked === 'subscribe') return this.payments.see(actor, subscription.firstPayment);
    if (answer) {
      const paying = answer.intent?.providerId;
      return paying ? this.payments.byProviderId(subscription.provider, paying) : null;
    }
    // A repeat, after it was paid: the payments of a period are its own, and then those of changes.
    const last = subscription.paidBy.slice(1).at(-1);
    return last ? this.payments.see(actor, last) : null;
  }

  /** For the payer's device, while there is something to pay. */
  private async clientSecret(payment: Payment, { answer }: Pursued): Promise<string | null> {
    const { status, provider, providerId } = payment;
    if (status !== 'pending' || providerId === null) return null;
    if (answer?.intent?.providerId === providerId) return answer.intent.clientSecret;
    return (await this.providers.named(provider).findIntent(providerId))?.clientSecret ?? null;
  }
}
