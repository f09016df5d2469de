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

/** One bill of a subscription: of its first period, a renewal, or what a change costs for the rest of the period. */
export interface ProviderBill {
  /** The provider's own id of the bill: the same in a call's answer and in the webhooks. */
  invoiceId: string;
  /** What the bill is refunded by (`refund`'s `providerId`); null where no money moved, as when a credit paid it. */
  providerId: string | null;
  amount: Money;
}

/** How a provider's subscription stands, in our words. */
export interface ProviderSubscription {
  providerSubscriptionId: string;
  status: 'incomplete' | 'active' | 'past_due' | 'ended';
  /** The plan in force: after a change that waits for its payment still the one before. */
  plan: string | null;
  /** Ends by itself with the period that is paid. */
  cancelAtPeriodEnd: boolean;
  /** The latest bill; null where there was none. */
  bill: ProviderBill | null;
  /** How the payment of that bill stands; null where nothing is to be paid. */
  intent: ProviderIntent | null;
  currentPeriodEnd: Date | null;
}

/**
 * What a webhook tells, in our words. Our own ids travel in the provider's metadata, so that an event can be resolved
 * even when it comes before the provider's answer was recorded.
 */
export type ProviderEvent = { id: string; type: string; at: Date } & (
  | {
      about: 'intent';
      paymentId: string;
      status: ProviderIntentStatus;
      /** What was paid; null where the event does not say. */
      amountMinor: number | null;
      /** Null where the event does not say. */
      currency: string | null;
    }
  | {
      about: 'refund';
      /** Null where it did not travel along (a renewal that the provider began): then `providerId` tells the payment. */
      paymentId: string | null;
      providerId: string;
      /** Our refund's id where it travelled along; null for one that was made at the provider's own desk. */
      refundId: string | null;
      /** The provider's own id of the refund: the same in every event that tells of it. */
      providerRefundId: string;
      /** Null: all that is left. */
      amountMinor: number | null;
      status: ProviderRefund['status'];
    }
  | {
      about: 'subscription';
      subscriptionId: string;
      change: 'renewed' | 'renewal_failed' | 'ended' | 'changed';
      /** What was paid, or could not be; null where nothing was billed. */
      bill: ProviderBill | null;
      plan: string | null;
      currentPeriodEnd: Date | null;
    }
  /** Of a type that we do not know: acknowledged and counted. */
  | { about: 'nothing' }
);

/**
 * A company that takes payments. Every call that changes something carries an idempotency key, so that after a crash it is
 * made again with no second effect. Never called inside a transaction. Every method throws `ProviderUnavailableError` where
 * the company cannot be reached or does not know what became of the call; then nothing may be concluded. It throws
 * `ProviderRefusedError` where the company says no for good: then nothing was made, and asking again changes nothing.
 */
export abstract class PaymentProvider {
  abstract readonly name: ProviderName;

  /**
   * Whether this company takes such an amount at all; to be asked before anything is written.
   *
   * @throws DomainError CONFLICT with a sentence that says which amounts it takes.
   */
  assertChargeable(_amount: Money): void {}

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
    amount: Money;
    idempotencyKey: string;
  }): Promise<ProviderRefund>;

  /** The refund with our id in its metadata, for when the provider may have forgotten the key; null where there is none. */
  abstract findRefund(input: {
    providerId: string;
    refundId: string;
  }): Promise<ProviderRefund | null>;

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
    subscriptionId: string;
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

  /** How it stands now, for what no webhook told in time; null where the provider knows no such subscription. */
  abstract findSubscription(providerSubscriptionId: string): Promise<ProviderSubscription | null>;

  /**
   * Verifies the signature over the raw body first, then reads it. It may ask the provider for what the event leaves out.
   *
   * @throws DomainError INVALID_SIGNATURE (400).
   */
  abstract readWebhook(
    body: Buffer,
    headers: Record<string, string | undefined>,
  ): Promise<ProviderEvent>;
}

/** Nothing is known of what became of the call: it is made again with the same key. */
export class ProviderUnavailableError extends Error {}

/** The company said no for good, and made nothing: a repeat would be refused as well. */
export class ProviderRefusedError extends Error {}
