/** Events as Stripe sends them in the version that is pinned, cut down to what is read. */

/** Seconds since 1970. */
export const CREATED = 1_790_000_000;

type Fields = Record<string, unknown>;

export const event = (type: string, object: unknown): Fields => ({
  id: 'evt_1',
  object: 'event',
  api_version: '2026-10-28.endive',
  created: CREATED,
  livemode: false,
  pending_webhooks: 1,
  request: { id: null, idempotency_key: null },
  type,
  data: { object },
});

export const intentObject = (fields: Fields = {}): Fields => ({
  id: 'pi_1',
  object: 'payment_intent',
  amount: 1900,
  amount_received: 0,
  currency: 'eur',
  client_secret: 'pi_1_secret_1',
  last_payment_error: null,
  latest_charge: null,
  metadata: { paymentId: 'payment-1' },
  status: 'requires_payment_method',
  ...fields,
});

export const refundObject = (fields: Fields = {}): Fields => ({
  id: 're_1',
  object: 'refund',
  amount: 500,
  charge: 'ch_1',
  currency: 'eur',
  metadata: { paymentId: 'payment-1', refundId: 'refund-1' },
  payment_intent: 'pi_1',
  status: 'pending',
  ...fields,
});

const METADATA = { subscriptionId: 'subscription-1', paymentId: 'payment-1' };

export const invoiceObject = (fields: Fields = {}): Fields => ({
  id: 'in_1',
  object: 'invoice',
  amount_due: 1900,
  amount_paid: 1900,
  billing_reason: 'subscription_cycle',
  currency: 'eur',
  lines: {
    object: 'list',
    data: [
      { id: 'il_1', object: 'line_item', period: { start: CREATED - 60, end: CREATED } },
      { id: 'il_2', object: 'line_item', period: { start: CREATED, end: CREATED + 60 } },
    ],
  },
  parent: {
    type: 'subscription_details',
    quote_details: null,
    subscription_details: { subscription: 'sub_1', metadata: METADATA },
  },
  status: 'paid',
  ...fields,
});

export const subscriptionObject = (fields: Fields = {}): Fields => ({
  id: 'sub_1',
  object: 'subscription',
  cancel_at_period_end: false,
  items: {
    object: 'list',
    data: [
      {
        id: 'si_1',
        object: 'subscription_item',
        current_period_end: CREATED + 60,
        price: { id: 'price_1', object: 'price', product: 'allynet_organization_plus' },
      },
    ],
  },
  metadata: METADATA,
  status: 'active',
  ...fields,
});
