import { SECOND } from '../../src/common/time/clock';
import type { StripeProvider } from '../../src/modules/payments/providers/stripe/stripe.provider';
import type { TestClock } from '../support/app';
import {
  CREATED,
  event,
  intentObject,
  invoiceObject,
  refundObject,
  subscriptionObject,
} from './fixtures';
import { SECRETS, signed, stripeAt } from './provider';
import { StripeMock } from './stripe-mock';

describe('A webhook of Stripe', () => {
  let mock: StripeMock;
  let provider: StripeProvider;
  let clock: TestClock;

  beforeAll(async () => {
    mock = await StripeMock.start();
  });
  beforeEach(() => {
    mock.forget();
    ({ provider, clock } = stripeAt(mock.url));
  });
  afterAll(() => mock.stop());

  const read = (type: string, object: unknown) =>
    provider.readWebhook(...signed(event(type, object)));

  describe('is believed by its signature alone', () => {
    const succeeded = event('payment_intent.succeeded', intentObject({ status: 'succeeded' }));

    it.each(SECRETS)('made with any of the secrets: %s', async (secret) => {
      expect((await provider.readWebhook(...signed(succeeded, { secret }))).about).toBe('intent');
    });

    it('not with another secret, another body, none, or an old one', async () => {
      const [body, headers] = signed(succeeded);
      const attempts: [Buffer, Record<string, string>][] = [
        signed(succeeded, { secret: 'whsec_somebody_elses' }),
        [Buffer.concat([body, Buffer.from(' ')]), headers],
        [body, {}],
        [body, { 'stripe-signature': 't=1,v1=00' }],
        signed(succeeded, { at: new Date(Date.now() - 301 * SECOND) }),
      ];
      for (const attempt of attempts) {
        await expect(provider.readWebhook(...attempt)).rejects.toMatchObject({
          code: 'INVALID_SIGNATURE',
        });
      }
    });

    it('with clocks that differ by less than five minutes', async () => {
      const old = signed(succeeded, { at: new Date(Date.now() - 290 * SECOND) });
      expect((await provider.readWebhook(...old)).about).toBe('intent');
      clock.advance(20 * SECOND);
      await expect(provider.readWebhook(...old)).rejects.toMatchObject({
        code: 'INVALID_SIGNATURE',
      });
    });
  });

  it.each([
    ['payment_intent.processing', { status: 'processing' }, 'processing', null],
    ['payment_intent.succeeded', { status: 'succeeded', amount_received: 1900 }, 'succeeded', 1900],
    [
      'payment_intent.payment_failed',
      { status: 'requires_payment_method', last_payment_error: { code: 'card_declined' } },
      'failed',
      null,
    ],
    ['payment_intent.canceled', { status: 'canceled' }, 'cancelled', null],
  ])('%s tells of our payment', async (type, fields, status, amountMinor) => {
    expect(await read(type, intentObject(fields))).toEqual({
      id: 'evt_1',
      type,
      at: new Date(CREATED * 1000),
      about: 'intent',
      paymentId: 'payment-1',
      status,
      amountMinor,
      currency: amountMinor === null ? null : 'EUR',
    });
    expect(mock.sent).toEqual([]);
  });

  it('tells an amount in our minor units', async () => {
    const krona = intentObject({ status: 'succeeded', currency: 'isk', amount_received: 190_000 });
    expect(await read('payment_intent.succeeded', krona)).toMatchObject({
      amountMinor: 1900,
      currency: 'ISK',
    });
  });

  it.each([
    ['refund.created', 'pending', 'pending'],
    ['refund.updated', 'succeeded', 'succeeded'],
    ['refund.failed', 'failed', 'failed'],
    ['refund.updated', 'canceled', 'failed'],
  ])('%s that is %s tells of our refund', async (type, status, ours) => {
    expect(await read(type, refundObject({ status }))).toMatchObject({
      about: 'refund',
      paymentId: 'payment-1',
      refundId: 'refund-1',
      providerId: 'pi_1',
      providerRefundId: 're_1',
      amountMinor: 500,
      status: ours,
    });
  });

  it("a refund at Stripe's own desk is told by the intent that it is of", async () => {
    expect(await read('refund.created', refundObject({ metadata: {} }))).toMatchObject({
      about: 'refund',
      paymentId: null,
      refundId: null,
      providerId: 'pi_1',
    });
  });

  it('a first bill that was paid is the first payment', async () => {
    const first = invoiceObject({ billing_reason: 'subscription_create' });
    expect(await read('invoice.paid', first)).toMatchObject({
      about: 'intent',
      paymentId: 'payment-1',
      status: 'succeeded',
      amountMinor: 1900,
      currency: 'EUR',
    });
    expect(await read('invoice.payment_failed', first)).toMatchObject({ about: 'nothing' });
  });

  it.each([
    ['invoice.paid', 'subscription_cycle', 'renewed'],
    ['invoice.payment_failed', 'subscription_cycle', 'renewal_failed'],
    ['invoice.payment_action_required', 'subscription_cycle', 'renewal_failed'],
    ['invoice.paid', 'subscription_update', 'changed'],
  ])(
    '%s for %s is news of the subscription, with how it stands now',
    async (type, reason, change) => {
      const told = await read(type, invoiceObject({ billing_reason: reason }));
      expect(told).toMatchObject({
        about: 'subscription',
        subscriptionId: 'subscription-1',
        change,
        bill: { invoiceId: expect.any(String), amount: { currency: expect.any(String) } },
      });
      expect(mock.calls()).toEqual(['GET /v1/invoices/in_1', 'GET /v1/subscriptions/sub_1']);
      if (change === 'renewed') {
        expect(told).toMatchObject({ currentPeriodEnd: new Date((CREATED + 60) * 1000) });
      }
    },
  );

  it.each([
    ['customer.subscription.updated', 'changed'],
    ['customer.subscription.pending_update_applied', 'changed'],
    ['customer.subscription.pending_update_expired', 'changed'],
    ['customer.subscription.deleted', 'ended'],
  ])('%s is news of the subscription', async (type, change) => {
    expect(await read(type, subscriptionObject())).toMatchObject({
      about: 'subscription',
      subscriptionId: 'subscription-1',
      change,
      bill: null,
    });
  });

  it('is to be sent again while Stripe cannot be asked how things stand', async () => {
    mock.answer(/GET/, { status: 500, error: { type: 'api_error' } }, 10);
    await expect(
      read('invoice.paid', invoiceObject({ billing_reason: 'subscription_cycle' })),
    ).rejects.toThrow('cannot be reached');
  });

  it.each([
    ['a type that we do not know', 'customer.created', { id: 'cus_1', object: 'customer' }],
    ['the sum of refunds, told one by one', 'charge.refunded', { id: 'ch_1', object: 'charge' }],
    ["somebody else's intent", 'payment_intent.succeeded', intentObject({ metadata: {} })],
    ["somebody else's bill", 'invoice.paid', invoiceObject({ parent: null })],
    [
      "somebody else's subscription",
      'customer.subscription.deleted',
      subscriptionObject({ metadata: {} }),
    ],
    [
      'a change that was not paid',
      'invoice.payment_failed',
      invoiceObject({ billing_reason: 'subscription_update' }),
    ],
  ])('tells nothing: %s', async (_, type, object) => {
    expect(await read(type, object)).toMatchObject({ id: 'evt_1', type, about: 'nothing' });
  });
});
