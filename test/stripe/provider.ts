import Sdk from 'stripe';
import { StripeClient } from '../../src/modules/payments/providers/stripe/stripe-client';
import { StripeEvents } from '../../src/modules/payments/providers/stripe/stripe-events';
import { StripeProvider } from '../../src/modules/payments/providers/stripe/stripe.provider';
import { StripeSubscriptions } from '../../src/modules/payments/providers/stripe/stripe-subscriptions';
import { TestClock } from '../support/app';

export const SECRETS = ['whsec_the_new_one', 'whsec_the_old_one'];

/** The adapter as the application makes it, against another address. */
export function stripeAt(apiBase: string): { provider: StripeProvider; clock: TestClock } {
  const config = { secretKey: 'sk_test_123', webhookSecrets: SECRETS, apiBase };
  const client = new StripeClient(config);
  const clock = new TestClock();
  const provider = new StripeProvider(
    client,
    new StripeSubscriptions(client),
    new StripeEvents(client),
    clock,
    config,
  );
  return { provider, clock };
}

/** An event as Stripe sends it: the exact bytes, and the header that signs them. */
export function signed(
  event: unknown,
  { secret = SECRETS[0] ?? '', at = new Date() }: { secret?: string; at?: Date } = {},
): [Buffer, Record<string, string>] {
  const payload = JSON.stringify(event);
  const header = new Sdk('sk_test_123').webhooks.generateTestHeaderString({
    payload,
    secret,
    timestamp: Math.floor(at.getTime() / 1000),
  });
  return [Buffer.from(payload), { 'stripe-signature': header }];
}
