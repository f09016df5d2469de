import {
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../../src/modules/payments/providers/payment-provider';
import { STRIPE_API_VERSION } from '../../src/modules/payments/providers/stripe/stripe-client';
import type { StripeProvider } from '../../src/modules/payments/providers/stripe/stripe.provider';
import { invoiceObject, subscriptionObject } from './fixtures';
import { stripeAt } from './provider';
import { StripeMock } from './stripe-mock';

const PAYMENT = '6561f0a4c2b6a1d2e3f40516';
const SUBSCRIPTION = '6561f0a4c2b6a1d2e3f40517';
const EUROS = { amountMinor: 1900, currency: 'EUR' };

describe('The Stripe adapter, against stripe-mock', () => {
  let mock: StripeMock;
  let provider: StripeProvider;

  beforeAll(async () => {
    mock = await StripeMock.start();
  });
  beforeEach(() => {
    mock.forget();
    ({ provider } = stripeAt(mock.url));
  });
  afterAll(() => mock.stop());

  const intent = (amount = EUROS) =>
    provider.createIntent({
      paymentId: PAYMENT,
      amount,
      description: 'booking',
      idempotencyKey: 'intent:1',
    });
  const subscribe = () =>
    provider.subscribe({
      subscriptionId: SUBSCRIPTION,
      paymentId: PAYMENT,
      plan: 'organization_plus',
      price: EUROS,
      idempotencyKey: 'subscribe:1',
    });

  it('makes an intent with our id in its metadata, our key, the pinned version, and no telemetry', async () => {
    const made = await intent();
    expect(made.providerId).toMatch(/^pi_/);
    expect(made.clientSecret).toEqual(expect.any(String));
    expect(mock.calls()).toEqual(['POST /v1/payment_intents']);
    const [{ headers, body } = { headers: {}, body: {} }] = mock.sent;
    expect(body).toMatchObject({
      amount: '1900',
      currency: 'eur',
      'metadata[paymentId]': PAYMENT,
      'automatic_payment_methods[enabled]': 'true',
    });
    expect(headers).toMatchObject({
      'idempotency-key': 'intent:1',
      'stripe-version': STRIPE_API_VERSION,
    });
    expect(headers).not.toHaveProperty('x-stripe-client-telemetry');
  });

  it.each([
    [{ amountMinor: 1900, currency: 'JPY' }, '1900', 'jpy'],
    [{ amountMinor: 19_000, currency: 'KWD' }, '19000', 'kwd'],
    [{ amountMinor: 1900, currency: 'ISK' }, '190000', 'isk'],
  ])('writes %j as Stripe counts it', async (amount, written, currency) => {
    await intent(amount);
    expect(mock.sent[0]?.body).toMatchObject({ amount: written, currency });
  });

  it('asks nothing for an amount that Stripe could not take', async () => {
    const odd = { amountMinor: 1234, currency: 'KWD' };
    expect(() => provider.assertChargeable(odd)).toThrow(/multiples of 10/);
    await expect(intent(odd)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(mock.sent).toEqual([]);
  });

  it('looks an intent up, cancels it and gives money back, with both ids in the refund', async () => {
    expect(await provider.findIntent('pi_1')).toMatchObject({ refundedMinor: expect.any(Number) });
    await provider.cancelIntent('pi_1', 'cancel:1');
    const { providerRefundId } = await provider.refund({
      providerId: 'pi_1',
      paymentId: PAYMENT,
      refundId: SUBSCRIPTION,
      amount: { amountMinor: 5, currency: 'ISK' },
      idempotencyKey: 'refund:1',
    });
    expect(providerRefundId).toMatch(/^(re|pyr)_/);
    expect(mock.calls()).toEqual([
      'GET /v1/payment_intents/pi_1',
      'POST /v1/payment_intents/pi_1/cancel',
      'POST /v1/refunds',
    ]);
    expect(mock.sent[2]?.body).toMatchObject({
      payment_intent: 'pi_1',
      amount: '500',
      'metadata[paymentId]': PAYMENT,
      'metadata[refundId]': SUBSCRIPTION,
    });
  });

  it('finds a refund again by our id in its metadata, and none where there is none', async () => {
    const asked = { providerId: 'pi_1', refundId: SUBSCRIPTION };
    expect(await provider.findRefund(asked)).toBeNull();
    const refund = (id: string, refundId: string) => ({
      id,
      object: 'refund',
      status: 'succeeded',
      metadata: { refundId },
    });
    const data = [refund('re_1', PAYMENT), refund('re_2', SUBSCRIPTION)];
    const body = { object: 'list', url: '/v1/refunds', has_more: false, data };
    mock.answer(/GET \/v1\/refunds/, { status: 200, body });
    expect(await provider.findRefund(asked)).toEqual({
      providerRefundId: 're_2',
      status: 'succeeded',
    });
    expect(mock.calls()).toEqual(['GET /v1/refunds', 'GET /v1/refunds']);
  });

  it('subscribes with our price and our ids, each call with a key of its own', async () => {
    const made = await subscribe();
    expect(made.providerSubscriptionId).toMatch(/^sub_/);
    expect(mock.calls().slice(0, 3)).toEqual([
      'POST /v1/products',
      'POST /v1/customers',
      'POST /v1/subscriptions',
    ]);
    expect(mock.sent[0]?.body).toMatchObject({ id: 'allynet_organization_plus' });
    // Nobody's name or address goes there.
    expect(Object.keys(mock.sent[1]?.body ?? {})).toEqual([
      'metadata[subscriptionId]',
      'metadata[paymentId]',
    ]);
    expect(mock.sent[2]?.body).toMatchObject({
      'items[0][price_data][product]': 'allynet_organization_plus',
      'items[0][price_data][unit_amount]': '1900',
      'items[0][price_data][currency]': 'eur',
      'items[0][price_data][recurring][interval]': 'month',
      payment_behavior: 'default_incomplete',
      'metadata[subscriptionId]': SUBSCRIPTION,
      'metadata[paymentId]': PAYMENT,
    });
    const posts = mock.sent.filter(({ method }) => method === 'POST').slice(1);
    const keys = posts.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key).toMatch(/^subscribe:1/);
  });

  it('puts our ids on the intent of the first bill, which Stripe makes by itself, before anybody can pay it', async () => {
    const payment = {
      created: 1,
      status: 'open',
      payment: { type: 'payment_intent', payment_intent: 'pi_first' },
    };
    const latest = invoiceObject({ status: 'open', payments: { data: [payment] } });
    const made = subscriptionObject({ status: 'incomplete', latest_invoice: latest });
    mock.answer(/POST .*subscriptions/, { status: 200, body: made });
    const { bill, intent: first } = await subscribe();
    expect(bill).toEqual({ invoiceId: 'in_1', providerId: 'pi_first', amount: EUROS });
    expect(first?.clientSecret).toEqual(expect.any(String));
    expect(mock.calls().at(-1)).toBe('POST /v1/payment_intents/pi_first');
    expect(mock.sent.at(-1)?.body).toEqual({
      'metadata[subscriptionId]': SUBSCRIPTION,
      'metadata[paymentId]': PAYMENT,
    });
  });

  it('makes the product of a plan once, also where another has made it before', async () => {
    mock.answer(/products/, {
      status: 400,
      error: { type: 'invalid_request_error', code: 'resource_already_exists' },
    });
    await subscribe();
    await subscribe();
    expect(mock.calls().filter((call) => call === 'POST /v1/products')).toHaveLength(1);
  });

  it('changes a plan for the difference, which is paid before it holds; and cancels now or with the period', async () => {
    await provider.changeSubscription({
      providerSubscriptionId: 'sub_1',
      subscriptionId: SUBSCRIPTION,
      plan: 'organization_pro',
      price: { amountMinor: 7900, currency: 'EUR' },
      idempotencyKey: 'change:1',
    });
    const update = mock.sent.find(
      ({ method, path }) => method === 'POST' && path.endsWith('sub_1'),
    );
    expect(update?.body).toMatchObject({
      'items[0][id]': expect.stringMatching(/^si_/),
      'items[0][price_data][unit_amount]': '7900',
      proration_behavior: 'always_invoice',
      payment_behavior: 'pending_if_incomplete',
    });
    expect(update?.headers['idempotency-key']).toBe('change:1');

    mock.forget();
    const cancelled = { providerSubscriptionId: 'sub_1', idempotencyKey: 'cancel:1' };
    await provider.cancelSubscription({ ...cancelled, at: 'period_end' });
    await provider.cancelSubscription({ ...cancelled, at: 'now' });
    expect(mock.sent[0]).toMatchObject({
      method: 'POST',
      body: { cancel_at_period_end: 'true' },
    });
    expect(mock.calls()).toContain('DELETE /v1/subscriptions/sub_1');
  });

  it('says null for what Stripe does not know', async () => {
    const missing = {
      status: 404,
      error: { type: 'invalid_request_error', code: 'resource_missing' },
    };
    mock.answer(/GET/, missing);
    expect(await provider.findIntent('pi_gone')).toBeNull();
    mock.answer(/GET/, missing);
    expect(await provider.findSubscription('sub_gone')).toBeNull();
  });

  it.each([
    ['an error of theirs', { status: 500, error: { type: 'api_error' } }],
    ['a connection that breaks', null],
    ['the same call under way', { status: 409, error: { code: 'idempotency_key_in_use' } }],
    ['too many calls', { status: 429, error: { type: 'rate_limit_error' } }],
  ])(
    'tries again with the same key after %s, and then says that nothing is known',
    async (_, answer) => {
      mock.answer(/POST/, answer, 10);
      await expect(intent()).rejects.toBeInstanceOf(ProviderUnavailableError);
      const keys = new Set(mock.sent.map(({ headers }) => headers['idempotency-key']));
      expect([...keys]).toEqual(['intent:1']);
      expect(mock.sent.length).toBeLessThanOrEqual(2);
    },
  );

  it('gives the answer where the second try gets through', async () => {
    mock.answer(/POST/, null, 1);
    expect((await intent()).providerId).toMatch(/^pi_/);
    expect(mock.sent).toHaveLength(2);
  });

  it('takes a declined card for a no, and repeats none of what Stripe says of it', async () => {
    mock.answer(/POST/, {
      status: 402,
      error: {
        type: 'card_error',
        code: 'card_declined',
        message: 'The card of Jo Doe was stolen.',
      },
    });
    const refusal = await intent().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ProviderRefusedError);
    expect((refusal as Error).message).not.toContain('Jo Doe');
  });
});
