import type { Stripe } from 'stripe' with { 'resolution-mode': 'import' };
import type { ProviderBill, ProviderSubscription } from '../payment-provider';
import { fromStripe } from './stripe-amounts';

/** What our products are called at Stripe: the plan stands in their id, so that what a subscription pays for tells it. */
const PRODUCT = 'allynet_';

export const productOf = (plan: string): string => `${PRODUCT}${plan}`;

/** The plan that a subscription pays for; null where it is none of ours. */
export function planOf({ items }: Pick<Stripe.Subscription, 'items'>): string | null {
  const product = items.data[0]?.price.product;
  const id = typeof product === 'string' ? product : product?.id;
  return id?.startsWith(PRODUCT) ? id.slice(PRODUCT.length) : null;
}

export function periodEndOf({ items }: Pick<Stripe.Subscription, 'items'>): Date | null {
  const ends = items.data.map(({ current_period_end: end }) => end);
  return ends.length === 0 ? null : new Date(Math.max(...ends) * 1000);
}

/** `trialing` and `paused` are not used here; `unpaid` is what an account may have Stripe do after the last try. */
export function subscriptionStatus(
  status: Stripe.Subscription.Status,
): ProviderSubscription['status'] {
  switch (status) {
    case 'active':
    case 'trialing':
      return 'active';
    case 'incomplete':
      return 'incomplete';
    case 'canceled':
    case 'incomplete_expired':
      return 'ended';
    default:
      return 'past_due';
  }
}

/** An invoice whose `payments` were expanded. */
export function toBill(invoice: Stripe.Invoice): ProviderBill {
  const paid = invoice.status === 'paid' ? invoice.amount_paid : invoice.amount_due;
  return {
    invoiceId: invoice.id,
    providerId: intentOf(invoice),
    amount: fromStripe(paid, invoice.currency),
  };
}

/** The intent that pays an invoice; one that took the place of another comes first. */
function intentOf({ payments }: Stripe.Invoice): string | null {
  const attempts = (payments?.data ?? []).filter(({ status }) => status !== 'canceled');
  for (const { payment } of attempts.toSorted((a, b) => b.created - a.created)) {
    const intent = payment.payment_intent;
    if (intent) return typeof intent === 'string' ? intent : intent.id;
  }
  return null;
}
