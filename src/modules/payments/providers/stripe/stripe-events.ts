import { Injectable } from '@nestjs/common';
import type { Stripe } from 'stripe' with { 'resolution-mode': 'import' };
import type { ProviderEvent } from '../payment-provider';
import { fromStripe } from './stripe-amounts';
import { periodEndOf, planOf, toBill } from './stripe-bills';
import { StripeClient } from './stripe-client';
import { intentStatus, refundStatus } from './stripe-intents';

type Told<About extends ProviderEvent['about']> = Omit<
  Extract<ProviderEvent, { about: About }>,
  'id' | 'type' | 'at'
>;
type Meaning = Told<'intent'> | Told<'refund'> | Told<'subscription'> | Told<'nothing'>;
type Change = Told<'subscription'>['change'];

const NOTHING: Meaning = { about: 'nothing' };

/**
 * What Stripe's events mean to us. They come in any order and tell how things stood when they were made; what a subscription
 * pays for is therefore asked for now. What carries none of our ids was made by somebody else on the same account.
 */
@Injectable()
export class StripeEvents {
  constructor(private readonly client: StripeClient) {}

  /** @throws ProviderUnavailableError where Stripe must be asked and cannot be. */
  async read(event: Stripe.Event): Promise<ProviderEvent> {
    const meaning = await this.meaningOf(event);
    return { id: event.id, type: event.type, at: new Date(event.created * 1000), ...meaning };
  }

  private async meaningOf(event: Stripe.Event): Promise<Meaning> {
    switch (event.type) {
      case 'payment_intent.processing':
      case 'payment_intent.succeeded':
      case 'payment_intent.payment_failed':
      case 'payment_intent.canceled':
        return intent(event.data.object);
      // Not charge.refunded: it tells the sum, and these tell each refund.
      case 'refund.created':
      case 'refund.updated':
      case 'refund.failed':
        return refund(event.data.object);
      case 'invoice.paid':
        return this.invoice(event.data.object, 'paid');
      case 'invoice.payment_failed':
      case 'invoice.payment_action_required':
        return this.invoice(event.data.object, 'unpaid');
      case 'customer.subscription.updated':
      case 'customer.subscription.pending_update_applied':
      case 'customer.subscription.pending_update_expired':
        return this.subscription(event.data.object, 'changed');
      case 'customer.subscription.deleted':
        return this.subscription(event.data.object, 'ended');
      default:
        return NOTHING;
    }
  }

  private async invoice(told: Stripe.Invoice, outcome: 'paid' | 'unpaid'): Promise<Meaning> {
    const details = told.parent?.subscription_details;
    const { subscriptionId, paymentId } = details?.metadata ?? {};
    if (!details || !subscriptionId) return NOTHING;
    if (told.billing_reason === 'subscription_create') {
      // That it was declined, the intent tells by itself.
      if (outcome === 'unpaid' || !paymentId) return NOTHING;
      const paid = fromStripe(told.amount_paid, told.currency);
      return { about: 'intent', paymentId, status: 'succeeded', ...paid };
    }
    const change = changeBy(told.billing_reason, outcome);
    if (!change) return NOTHING;
    const { subscription } = details;
    const invoice = await this.client.call((stripe) =>
      stripe.invoices.retrieve(told.id, { expand: ['payments'] }),
    );
    const now = await this.client.call((stripe) =>
      stripe.subscriptions.retrieve(
        typeof subscription === 'string' ? subscription : subscription.id,
      ),
    );
    return {
      about: 'subscription',
      subscriptionId,
      change,
      bill: toBill(invoice),
      plan: planOf(now),
      currentPeriodEnd: change === 'renewed' ? periodPaidBy(told) : periodEndOf(now),
    };
  }

  private async subscription(
    told: Stripe.Subscription,
    change: Extract<Change, 'changed' | 'ended'>,
  ): Promise<Meaning> {
    const { subscriptionId } = told.metadata;
    if (!subscriptionId) return NOTHING;
    const now =
      change === 'ended'
        ? told
        : await this.client.call((stripe) => stripe.subscriptions.retrieve(told.id));
    return {
      about: 'subscription',
      subscriptionId,
      change,
      bill: null,
      plan: planOf(now),
      currentPeriodEnd: periodEndOf(now),
    };
  }
}

function intent(told: Stripe.PaymentIntent): Meaning {
  const { paymentId } = told.metadata;
  if (!paymentId) return NOTHING;
  const status = intentStatus(told);
  const paid =
    status === 'succeeded'
      ? fromStripe(told.amount_received, told.currency)
      : { amountMinor: null, currency: null };
  return { about: 'intent', paymentId, status, ...paid };
}

function refund(told: Stripe.Refund): Meaning {
  const { payment_intent: paid, metadata } = told;
  if (!paid) return NOTHING;
  return {
    about: 'refund',
    paymentId: metadata?.paymentId ?? null,
    providerId: typeof paid === 'string' ? paid : paid.id,
    refundId: metadata?.refundId ?? null,
    providerRefundId: told.id,
    amountMinor: fromStripe(told.amount, told.currency).amountMinor,
    status: refundStatus(told.status),
  };
}

/** Null for bills that are none of a renewal or a change. A change that was not paid has not happened: nothing follows. */
function changeBy(
  reason: Stripe.Invoice['billing_reason'],
  outcome: 'paid' | 'unpaid',
): Change | null {
  if (reason === 'subscription_cycle') return outcome === 'paid' ? 'renewed' : 'renewal_failed';
  return reason === 'subscription_update' && outcome === 'paid' ? 'changed' : null;
}

/** The end of the period that a bill is for. */
function periodPaidBy({ lines }: Stripe.Invoice): Date | null {
  const ends = lines.data.map(({ period }) => period.end);
  return ends.length === 0 ? null : new Date(Math.max(...ends) * 1000);
}
