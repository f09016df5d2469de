import { MINUTE } from '../../src/common/time/clock';
import { SandboxProvider } from '../../src/modules/payments/providers/sandbox/sandbox.provider';
import { SubscriptionAnswers } from '../../src/modules/subscriptions/subscription-answers';
import { SubscriptionMoves } from '../../src/modules/subscriptions/subscription-moves';
import { adminOf, must, register } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { crashAt } from '../support/crash';
import { found, see } from '../support/organizations';
import { eventually } from '../support/eventually';
import { confirm, expectBalanced, refund } from '../support/payments';
import {
  cancel,
  change,
  pass,
  paymentsOf,
  rowOf,
  sandboxOf,
  seeSubscription,
  subscribe,
  subscribed,
  subscriptions,
  tellOf,
} from '../support/subscriptions';

type When = 'before' | 'after';
type Point = [string, When, () => object, string];

describe('A crash', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => server.close());

  const sandbox = () => server.get(SandboxProvider);
  const answers = () => server.get(SubscriptionAnswers);
  const tierOf = async (actor: Parameters<typeof see>[0], id: string) =>
    must(await see(actor, id)).data.inside?.tier;

  const crash = ([, when, target, method]: Point) => crashAt(target(), method, when);

  const SUBSCRIBE: Point[] = [
    ['after the row, before the provider is asked', 'before', sandbox, 'subscribe'],
    ['after the provider was asked, before its answer is recorded', 'after', sandbox, 'subscribe'],
    ['as the answer is recorded', 'before', answers, 'subscribed'],
    ['after the answer was recorded', 'after', answers, 'subscribed'],
  ];

  describe.each(SUBSCRIBE)('of a new subscription %s', (...point) => {
    it('is made good by the sweeper: it can be paid, and there is one', async () => {
      const payer = await register(server);
      const { id: organization } = await found(payer);
      crash(point);
      expect((await subscribe(payer, 'organization', organization)).status).toBe(500);
      const [{ id } = { id: '' }] = await subscriptions(payer);
      await pass(server, MINUTE, payer);
      expect((await rowOf(server, id))?.providerId).toBe(`sbs_${id}`);
      const [payment] = await paymentsOf(server, id);
      must(await confirm(payer, payment?._id.toHexString() ?? '', 'success'));
      expect((await seeSubscription(payer, id)).status).toBe('active');
      expect(await tierOf(payer, organization)).toBe('plus');
      expect(await paymentsOf(server, id)).toHaveLength(1);
    });

    it('is made good by the repeat of the request, which gives the client secret', async () => {
      const payer = await register(server);
      const { id: organization } = await found(payer);
      const body = {
        plan: 'organization_plus',
        subject: { kind: 'organization', id: organization },
      };
      const key = { 'Idempotency-Key': `crash-${organization}` };
      crash(point);
      expect((await payer.post('/subscriptions', body, key)).status).toBe(500);
      const again = await payer.post<{ clientSecret: string }>('/subscriptions', body, key);
      expect(again.status).toBe(201);
      expect(again.data.clientSecret).toMatch(/^sbx_\w+_secret_\w+$/);
      expect(await subscriptions(payer)).toHaveLength(1);
    });

    it('of one that is given up meanwhile leaves none with the provider', async () => {
      const payer = await register(server);
      const { id: organization } = await found(payer);
      crash(point);
      await subscribe(payer, 'organization', organization);
      const [{ id } = { id: '' }] = await subscriptions(payer);
      expect(must(await cancel(payer, id)).data.status).toBe('ended');
      await pass(server, MINUTE, payer);
      expect((await sandboxOf(server, id))?.endedAt).toBeInstanceOf(Date);
      expect((await paymentsOf(server, id)).map(({ status }) => status)).toEqual(['cancelled']);
      expect((await subscribe(payer, 'organization', organization)).status).toBe(201);
    });
  });

  const CHANGE: Point[] = [
    ['before the provider is asked', 'before', sandbox, 'changeSubscription'],
    ['before its answer is recorded', 'after', sandbox, 'changeSubscription'],
    ['as the answer is recorded', 'before', answers, 'changed'],
    ['between the books and the plan', 'before', () => server.get(SubscriptionMoves), 'setPlan'],
  ];

  it.each(CHANGE)(
    'of a change %s is made good by the sweeper: paid once, in force',
    async (...point) => {
      const { id, payer, subject } = await subscribed(server);
      crash(point);
      expect((await change(payer, id, 'organization_pro')).status).toBe(500);
      expect(await tierOf(payer, subject)).toBe('plus');
      await pass(server, MINUTE, payer);
      expect(await seeSubscription(payer, id)).toMatchObject({
        plan: 'organization_pro',
        pendingPlan: null,
      });
      expect(await tierOf(payer, subject)).toBe('pro');
      const payments = await paymentsOf(server, id);
      expect(payments).toHaveLength(2);
      for (const { _id } of payments) await expectBalanced(server, _id.toHexString());
      expect((await sandboxOf(server, id))?.bills).toBe(2);
    },
  );

  const CANCEL: Point[] = [
    ['before the provider is asked', 'before', sandbox, 'cancelSubscription'],
    ['before its answer is recorded', 'after', sandbox, 'cancelSubscription'],
    ['as the answer is recorded', 'before', answers, 'told'],
  ];

  it('of nothing, but an end while the provider charges a change: what it took goes back by itself', async () => {
    const { id, payer, payment } = await subscribed(server);
    const provider = server.get(SandboxProvider);
    const real = provider.changeSubscription.bind(provider);
    const admin = await adminOf(server);
    jest.spyOn(provider, 'changeSubscription').mockImplementationOnce(async (input) => {
      const answer = await real(input);
      must(await refund(admin, payment));
      return answer;
    });
    await change(payer, id, 'organization_pro');
    expect((await seeSubscription(payer, id)).status).toBe('ended');
    await eventually(async () => {
      const rows = await paymentsOf(server, id);
      expect(rows.map(({ status }) => status)).toEqual(['refunded', 'refunded']);
    });
  });

  it.each(CANCEL)('of a cancellation %s is made good by the sweeper', async (...point) => {
    const { id, payer } = await subscribed(server);
    crash(point);
    expect((await cancel(payer, id)).status).toBe(500);
    expect((await seeSubscription(payer, id)).cancelAtPeriodEnd).toBe(true);
    await pass(server, MINUTE, payer);
    expect((await sandboxOf(server, id))?.cancelAtPeriodEnd).toBe(true);
    expect((await rowOf(server, id))?.providerTold).toBe(true);
  });

  it('in the middle of a renewal leaves neither the payment nor the period; it is taken when it is sent again', async () => {
    const { id, payer } = await subscribed(server);
    const { currentPeriodEnd } = await seeSubscription(payer, id);
    const bill = { invoiceId: 'sbi_crash', amountMinor: 1900 };
    crashAt(server.get(SubscriptionMoves), 'renew', 'before');
    expect((await tellOf(server, 'renewed', id, bill, `evt_crash_${id}`)).status).toBe(500);
    expect(await paymentsOf(server, id)).toHaveLength(1);
    expect((await seeSubscription(payer, id)).currentPeriodEnd).toBe(currentPeriodEnd);
    expect((await tellOf(server, 'renewed', id, bill, `evt_crash_${id}`)).status).toBe(200);
    expect(await paymentsOf(server, id)).toHaveLength(2);
  });

  it('and a provider that cannot be reached: 503, and what was asked for is done later', async () => {
    const { ProviderUnavailableError } =
      await import('../../src/modules/payments/providers/payment-provider.js');
    const payer = await register(server);
    const { id: organization } = await found(payer);
    jest.spyOn(sandbox(), 'subscribe').mockRejectedValueOnce(new ProviderUnavailableError());
    const away = await subscribe(payer, 'organization', organization);
    expect(away.status).toBe(503);
    const [{ id } = { id: '' }] = await subscriptions(payer);
    await pass(server, MINUTE, payer);
    expect((await rowOf(server, id))?.providerId).toBe(`sbs_${id}`);
  });

  it('and a provider that says no for good: the subscription ends, and another can be begun', async () => {
    const { ProviderRefusedError } =
      await import('../../src/modules/payments/providers/payment-provider.js');
    const payer = await register(server);
    const { id: organization } = await found(payer);
    jest.spyOn(sandbox(), 'subscribe').mockRejectedValueOnce(new ProviderRefusedError());
    const refused = must(await subscribe(payer, 'organization', organization)).data;
    expect(refused.subscription).toMatchObject({ status: 'ended', endReason: 'payment_failed' });
    expect((await rowOf(server, refused.subscription.id))?.nextAt).toBeNull();
    expect((await subscribe(payer, 'organization', organization)).status).toBe(201);
  });

  it('that lost the news of a renewal: the provider is asked', async () => {
    const { id, payer } = await subscribed(server);
    const { currentPeriodEnd } = await seeSubscription(payer, id);
    const { SandboxDeliveries } =
      await import('../../src/modules/payments/providers/sandbox/sandbox-deliveries.js');
    jest.spyOn(server.get(SandboxDeliveries), 'deliver').mockResolvedValue(undefined);
    await pass(server, 31 * 24 * 60 * MINUTE, payer);
    const now = await seeSubscription(payer, id);
    expect(Date.parse(now.currentPeriodEnd ?? '')).toBeGreaterThan(
      Date.parse(currentPeriodEnd ?? ''),
    );
    expect(await paymentsOf(server, id)).toHaveLength(2);
  });
});
