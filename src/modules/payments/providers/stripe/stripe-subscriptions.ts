import { Injectable } from '@nestjs/common';
import type { Stripe } from 'stripe' with { 'resolution-mode': 'import' };
import type { Money } from '../../../../common/money/money.dto';
import type { PaymentProvider, ProviderIntent, ProviderSubscription } from '../payment-provider';
import { toStripe } from './stripe-amounts';
import { periodEndOf, planOf, productOf, subscriptionStatus, toBill } from './stripe-bills';
import { StripeClient } from './stripe-client';
import { isMadeAlready, isMissing, toProviderError } from './stripe-errors';
import { toIntent } from './stripe-intents';

type Input<Method extends 'subscribe' | 'changeSubscription' | 'cancelSubscription'> = Parameters<
  PaymentProvider[Method]
>[0];

const EXPAND = ['latest_invoice.payments'];

/** Subscriptions of Stripe Billing. The price table is ours: each subscription carries its price, no price is kept there. */
@Injectable()
export class StripeSubscriptions {
  /** Products that are known to be there. */
  private readonly products = new Set<string>();

  constructor(private readonly client: StripeClient) {}

  /**
   * A customer, a subscription that waits for its first payment, and our ids on all of them. Each call has a key that is
   * made of the caller's: where one of them was made and the next was not, a repeat goes on from there.
   */
  async subscribe(input: Input<'subscribe'>): Promise<ProviderSubscription> {
    const { subscriptionId, paymentId, plan, price, idempotencyKey } = input;
    const priceData = await this.priceData(plan, price);
    const metadata = { subscriptionId, paymentId };
    // No name and no address: Stripe asks the payer for what it needs.
    const customer = await this.client.call((stripe) =>
      stripe.customers.create({ metadata }, { idempotencyKey: `${idempotencyKey}-customer` }),
    );
    const subscription = await this.client.call((stripe) =>
      stripe.subscriptions.create(
        {
          customer: customer.id,
          items: [{ price_data: priceData }],
          // It begins when the first bill is paid; the payer's device pays it with the client secret.
          payment_behavior: 'default_incomplete',
          payment_settings: { save_default_payment_method: 'on_subscription' },
          metadata,
          expand: EXPAND,
        },
        { idempotencyKey },
      ),
    );
    const view = await this.view(subscription);
    if (!view.intent) return view;
    // The intent belongs to the bill, and does not inherit what the subscription carries.
    const { providerId } = view.intent;
    await this.client.call((stripe) =>
      stripe.paymentIntents.update(
        providerId,
        { metadata },
        { idempotencyKey: `${idempotencyKey}-intent` },
      ),
    );
    return view;
  }

  /** The difference is billed at once, or credited to the bills to come. What has to be paid is paid before the plan changes. */
  async change(input: Input<'changeSubscription'>): Promise<ProviderSubscription> {
    const { providerSubscriptionId: id, plan, price, idempotencyKey } = input;
    const now = await this.client.call((stripe) =>
      stripe.subscriptions.retrieve(id, { expand: EXPAND }),
    );
    const item = now.items.data[0];
    if (planOf(now) === plan || !item) return this.view(now);
    const priceData = await this.priceData(plan, price);
    const changed = await this.client.call((stripe) =>
      stripe.subscriptions.update(
        id,
        {
          items: [{ id: item.id, price_data: priceData }],
          proration_behavior: 'always_invoice',
          payment_behavior: 'pending_if_incomplete',
          expand: EXPAND,
        },
        { idempotencyKey },
      ),
    );
    return this.view(changed);
  }

  async cancel(input: Input<'cancelSubscription'>): Promise<ProviderSubscription> {
    const { providerSubscriptionId: id, at, idempotencyKey } = input;
    const stripe = await this.client.sdk();
    const options = { idempotencyKey };
    try {
      const cancelled =
        at === 'now'
          ? await stripe.subscriptions.cancel(id, { expand: EXPAND }, options)
          : await stripe.subscriptions.update(
              id,
              { cancel_at_period_end: true, expand: EXPAND },
              options,
            );
      return await this.view(cancelled);
    } catch (error) {
      // One that has ended already is no longer there to be cancelled; looking at it tells.
      const found = isMissing(error) ? await this.find(id) : null;
      if (found) return found;
      throw toProviderError(error);
    }
  }

  async find(id: string): Promise<ProviderSubscription | null> {
    const stripe = await this.client.sdk();
    try {
      return await this.view(await stripe.subscriptions.retrieve(id, { expand: EXPAND }));
    } catch (error) {
      if (isMissing(error)) return null;
      throw toProviderError(error);
    }
  }

  private async view(subscription: Stripe.Subscription): Promise<ProviderSubscription> {
    const { latest_invoice: latest } = subscription;
    const invoice = latest && typeof latest !== 'string' ? latest : null;
    const bill = invoice && toBill(invoice);
    return {
      providerSubscriptionId: subscription.id,
      status: subscriptionStatus(subscription.status),
      plan: planOf(subscription),
      cancelAtPeriodEnd: subscription.cancel_at_period_end,
      bill,
      intent: bill?.providerId ? await this.intent(bill.providerId) : null,
      currentPeriodEnd: periodEndOf(subscription),
    };
  }

  private async intent(id: string): Promise<ProviderIntent> {
    return toIntent(
      await this.client.call((stripe) =>
        stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] }),
      ),
    );
  }

  private async priceData(plan: string, price: Money) {
    const { amount, currency } = toStripe(price);
    return {
      product: await this.product(plan),
      currency,
      unit_amount: amount,
      recurring: { interval: 'month' as const },
    };
  }

  /** Makes the plan's product, once; its id is ours, so of two that make it at once one finds it there. */
  private async product(plan: string): Promise<string> {
    const id = productOf(plan);
    if (this.products.has(id)) return id;
    const stripe = await this.client.sdk();
    try {
      await stripe.products.create({ id, name: `AllyNet ${plan.replaceAll('_', ' ')}` });
    } catch (error) {
      if (!isMadeAlready(error)) throw toProviderError(error);
    }
    this.products.add(id);
    return id;
  }
}
