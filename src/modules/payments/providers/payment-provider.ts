import type { Money } from '../../../common/money/money.dto';

/** The companies that take the money. `sandbox` is no company: it plays one, in development and in tests. */
export const PROVIDERS = ['stripe', 'sandbox'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/** How an intent stands with the provider, in our words. */
export type ProviderIntentStatus = 'pending' | 'processing' | 'succeeded' | 'failed' | 'cancelled';

export interface ProviderIntent {
  providerId: string;
  status: ProviderIntentStatus;
  /** What the client's device confirms the payment with; never stored here. */
  clientSecret: string | null;
  /** The part that was given back so far, minor units. */
  refundedMinor: number;
}

export interface ProviderRefund {
  providerRefundId: string;
  status: 'pending' | 'succeeded' | 'failed';
}

/** How a provider's subscription stands, in our words. */
export interface ProviderSubscription {
  providerSubscriptionId: string;
  status: 'incomplete' | 'active' | 'past_due' | 'ended';
  /** The intent of the first payment; null where nothing is to be paid now. */
  intent: ProviderIntent | null;
  currentPeriodEnd: Date | null;
}

/**
 * What a webhook tells, in our words. Our own ids travel in the provider's metadata, so that an event can be resolved
 * even when it comes before the provider's answer was recorded.
 */
export type ProviderEvent = { id: string; type: string; at: Date } & (
  | { about: 'intent'; paymentId: string; status: ProviderIntentStatus; amountMinor: number | null }
  | {
      about: 'refund';
      paymentId: string;
      /** Our refund's id where it travelled along; null for one that was made at the provider's own desk. */
      refundId: string | null;
      amountMinor: number;
      status: ProviderRefund['status'];
    }
  | {
      about: 'subscription';
      subscriptionId: string;
      change: 'renewed' | 'renewal_failed' | 'ended' | 'changed';
      /** What was paid for the period; null where nothing was. */
      paid: { invoiceId: string; amount: Money } | null;
      plan: string | null;
      currentPeriodEnd: Date | null;
    }
  /** Of a type that we do not know: acknowledged and counted. */
  | { about: 'nothing' }
);

/**
 * A company that takes payments. Every call that changes something carries an idempotency key, so that after a crash it is
 * made again with no second effect. Never called inside a transaction. Every method throws `ProviderUnavailableError` where
 * the company cannot be reached or does not know what became of the call; then nothing may be concluded.
 */
export abstract class PaymentProvider {
  abstract readonly name: ProviderName;

  /** @param input.paymentId travels in the metadata. */
  abstract createIntent(input: {
    paymentId: string;
    amount: Money;
    description: string;
    idempotencyKey: string;
  }): Promise<ProviderIntent>;

  abstract findIntent(providerId: string): Promise<ProviderIntent | null>;

  abstract cancelIntent(providerId: string, idempotencyKey: string): Promise<ProviderIntent>;

  /** @param input.refundId travels in the metadata. */
  abstract refund(input: {
    providerId: string;
    paymentId: string;
    refundId: string;
    amountMinor: number;
    idempotencyKey: string;
  }): Promise<ProviderRefund>;

  /** A subscription and its first payment, both with our ids in the metadata. */
  abstract subscribe(input: {
    subscriptionId: string;
    paymentId: string;
    plan: string;
    price: Money;
    idempotencyKey: string;
  }): Promise<ProviderSubscription>;

  /** To another plan; what that costs or gives back for the rest of the period is the provider's to reckon. */
  abstract changeSubscription(input: {
    providerSubscriptionId: string;
    plan: string;
    price: Money;
    idempotencyKey: string;
  }): Promise<ProviderSubscription>;

  /** At the end of the paid period, or now. */
  abstract cancelSubscription(input: {
    providerSubscriptionId: string;
    at: 'period_end' | 'now';
    idempotencyKey: string;
  }): Promise<ProviderSubscription>;

  /**
   * Verifies the signature over the raw body first, then reads it.
   *
   * @throws DomainError INVALID_SIGNATURE (400).
   */
  abstract readWebhook(body: Buffer, headers: Record<string, string | undefined>): ProviderEvent;
}

/** Nothing is known of what became of the call: it is made again with the same key. */
export class ProviderUnavailableError extends Error {}
