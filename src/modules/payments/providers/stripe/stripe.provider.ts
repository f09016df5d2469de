import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { DomainError } from '../../../../common/errors/domain-error';
import type { Money } from '../../../../common/money/money.dto';
import { Clock } from '../../../../common/time/clock';
import { stripeConfig } from '../../../../config/stripe.config';
import {
  PaymentProvider,
  type ProviderEvent,
  type ProviderIntent,
  type ProviderRefund,
  type ProviderSubscription,
} from '../payment-provider';
import { toStripe } from './stripe-amounts';
import { StripeClient } from './stripe-client';
import { isInOtherState, isMissing, toProviderError } from './stripe-errors';
import { StripeEvents } from './stripe-events';
import { refundStatus, toIntent } from './stripe-intents';
import { StripeSubscriptions } from './stripe-subscriptions';

type Input<Method extends 'createIntent' | 'refund' | 'findRefund'> = Parameters<
  PaymentProvider[Method]
>[0];
type SubscriptionInput<Method extends 'subscribe' | 'changeSubscription' | 'cancelSubscription'> =
  Parameters<PaymentProvider[Method]>[0];

const TOLERANCE_SECONDS = 300;

/** Stripe. Card data goes from the payer's device to Stripe, and never through here. */
@Injectable()
export class StripeProvider extends PaymentProvider {
  readonly name = 'stripe';

  constructor(
    private readonly client: StripeClient,
    private readonly subscriptions: StripeSubscriptions,
    private readonly events: StripeEvents,
    private readonly clock: Clock,
    @Inject(stripeConfig.KEY) private readonly config: ConfigType<typeof stripeConfig>,
  ) {
    super();
  }

  override assertChargeable(amount: Money): void {
    toStripe(amount);
  }

  async createIntent(input: Input<'createIntent'>): Promise<ProviderIntent> {
    const { paymentId, amount, description, idempotencyKey } = input;
    const params = {
      ...toStripe(amount),
      description,
      metadata: { paymentId },
      automatic_payment_methods: { enabled: true },
    };
    return toIntent(
      await this.client.call((stripe) => stripe.paymentIntents.create(params, { idempotencyKey })),
    );
  }

  async findIntent(providerId: string): Promise<ProviderIntent | null> {
    const stripe = await this.client.sdk();
    try {
      return toIntent(
        await stripe.paymentIntents.retrieve(providerId, { expand: ['latest_charge'] }),
      );
    } catch (error) {
      if (isMissing(error)) return null;
      throw toProviderError(error);
    }
  }

  async cancelIntent(providerId: string, idempotencyKey: string): Promise<ProviderIntent> {
    const stripe = await this.client.sdk();
    try {
      return toIntent(await stripe.paymentIntents.cancel(providerId, {}, { idempotencyKey }));
    } catch (error) {
      // It was paid or cancelled meanwhile: how it stands is the answer.
      const found = isInOtherState(error) ? await this.findIntent(providerId) : null;
      if (found) return found;
      throw toProviderError(error);
    }
  }

  async refund(input: Input<'refund'>): Promise<ProviderRefund> {
    const { providerId, paymentId, refundId, amount, idempotencyKey } = input;
    const refund = await this.client.call((stripe) =>
      stripe.refunds.create(
        {
          payment_intent: providerId,
          amount: toStripe(amount).amount,
          metadata: { paymentId, refundId },
        },
        { idempotencyKey },
      ),
    );
    return { providerRefundId: refund.id, status: refundStatus(refund.status) };
  }

  async findRefund({ providerId, refundId }: Input<'findRefund'>): Promise<ProviderRefund | null> {
    const found = await this.client.call(async (stripe) => {
      for await (const refund of stripe.refunds.list({ payment_intent: providerId, limit: 100 })) {
        if (refund.metadata?.refundId === refundId) return refund;
      }
      return null;
    });
    return found && { providerRefundId: found.id, status: refundStatus(found.status) };
  }

  subscribe(input: SubscriptionInput<'subscribe'>): Promise<ProviderSubscription> {
    return this.subscriptions.subscribe(input);
  }

  changeSubscription(
    input: SubscriptionInput<'changeSubscription'>,
  ): Promise<ProviderSubscription> {
    return this.subscriptions.change(input);
  }

  cancelSubscription(
    input: SubscriptionInput<'cancelSubscription'>,
  ): Promise<ProviderSubscription> {
    return this.subscriptions.cancel(input);
  }

  findSubscription(providerSubscriptionId: string): Promise<ProviderSubscription | null> {
    return this.subscriptions.find(providerSubscriptionId);
  }

  async readWebhook(
    body: Buffer,
    headers: Record<string, string | undefined>,
  ): Promise<ProviderEvent> {
    const { webhooks } = await this.client.sdk();
    const signature = headers['stripe-signature'] ?? '';
    const now = this.clock.now().getTime();
    for (const secret of this.config.webhookSecrets) {
      try {
        return await this.events.read(
          webhooks.constructEvent(body, signature, secret, TOLERANCE_SECONDS, undefined, now),
        );
      } catch (error) {
        if (!isBadSignature(error)) throw error;
      }
    }
    throw new DomainError('INVALID_SIGNATURE', 'The signature of this webhook is not valid.');
  }
}

function isBadSignature(error: unknown): boolean {
  return (error as { type?: string }).type === 'StripeSignatureVerificationError';
}
