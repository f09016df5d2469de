import type { Stripe } from 'stripe' with { 'resolution-mode': 'import' };
import type { ProviderIntent, ProviderIntentStatus, ProviderRefund } from '../payment-provider';
import { fromStripe } from './stripe-amounts';

/** An intent as Stripe tells of it; `latest_charge` must be expanded for what was given back. */
export function toIntent(intent: Stripe.PaymentIntent): ProviderIntent {
  const { latest_charge: charge } = intent;
  const refunded = charge && typeof charge !== 'string' ? charge.amount_refunded : 0;
  return {
    providerId: intent.id,
    status: intentStatus(intent),
    clientSecret: intent.client_secret,
    refundedMinor: fromStripe(refunded, intent.currency).amountMinor,
  };
}

/** `requires_payment_method` is how an intent begins, and where it comes back to when a card was declined. */
export function intentStatus({
  status,
  last_payment_error: declined,
}: Pick<Stripe.PaymentIntent, 'status' | 'last_payment_error'>): ProviderIntentStatus {
  switch (status) {
    case 'succeeded':
      return 'succeeded';
    case 'canceled':
      return 'cancelled';
    case 'processing':
    case 'requires_capture':
      return 'processing';
    case 'requires_payment_method':
      return declined ? 'failed' : 'pending';
    default:
      return 'pending';
  }
}

export function refundStatus(status: string | null): ProviderRefund['status'] {
  if (status === 'succeeded') return 'succeeded';
  return status === 'failed' || status === 'canceled' ? 'failed' : 'pending';
}
