import { DAY } from '../../src/common/time/clock';
import type {
  PlansView,
  SubscriptionDto,
} from '../../src/modules/subscriptions/dto/subscription.view.dto';
import { PaymentSweeper } from '../../src/modules/payments/payment.sweeper';
import { adminOf, must, register } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { look, promotionFields } from '../support/businesses';
import { found, give, join, joined, see } from '../support/organizations';
import { confirm, expectBalanced, refund, seePayment } from '../support/payments';
import { closeSockets, TestSocket } from '../support/sockets';
import {
  begun,
  cancel,
  change,
  paymentsOf,
  pass,
  PERIOD,
  rowOf,
  sandboxOf,
  seeSubscription,
  strike,
  subscribe,
  subscribed,
  subscriptions,
  tellOf,
} from '../support/subscriptions';

describe('A subscription', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });
  afterEach(closeSockets);
  afterAll(() => server.close());

  const capacity = async (actor: Parameters<typeof see>[0], id: string) =>
    must(await see(actor, id)).data.inside?.capacity;

  it('is chosen from the price table, in which every paid organization plan holds 100 members', async () => {
    const somebody = await register(server);
    const { items } = must(await somebody.get<PlansView>('/subscriptions/plans')).data;
    expect(items.map(({ id }) => id)).toEqual([
      'organization_plus',
      'organization_pro',
      'business_plus',
      'business_pro',
    ]);
    for (const { kind, price, limits } of items) {
      expect(price).toEqual({ amountMinor: expect.any(Number), currency: 'EUR' });
      if (kind === 'organization') expect(limits.members).toBeGreaterThanOrEqual(100);
      else expect(limits.promotionsAtOnce).toBeGreaterThan(1);
    }
  });

  it('gives an organization its capacity with the first payment, and the payer hears of each step', async () => {
    const founder = await register(server);
    const { id: organization } = await found(founder);
    const hears = await TestSocket.connect(founder);
    const heard = async (name: string, id: string): Promise<SubscriptionDto> => {
      const event = await hears.event(name, ({ subjectId }) => subjectId === id);
      expect(event.kind).toBe('subscription');
      return event.data as unknown as SubscriptionDto;
    };

    const made = await subscribe(founder, 'organization', organization);
    expect(made.status).toBe(201);
    const { subscription, payment, clientSecret } = made.data;
    expect(subscription).toMatchObject({
      subject: { kind: 'organization', id: organization },
      plan: 'organization_plus',
      tier: 'plus',
      price: { amountMinor: 1900, currency: 'EUR' },
      status: 'incomplete',
      yours: true,
    });
    expect(payment).toMatchObject({ purpose: 'subscription', status: 'pending' });
    expect(clientSecret).toMatch(/^sbx_\w+_secret_\w+$/);
    expect(await capacity(founder, organization)).toBe(25);
    await heard('subscription.created', subscription.id);

    must(await confirm(founder, payment?.id ?? '', 'success'));
    expect(await seeSubscription(founder, subscription.id)).toMatchObject({
      status: 'active',
      currentPeriodEnd: expect.any(String),
    });
    expect((await heard('subscription.activated', subscription.id)).status).toBe('active');
    expect(await capacity(founder, organization)).toBe(250);
    await expectBalanced(server, payment?.id ?? '');
  });

  it('lets a business run more promotions at once', async () => {
    const { payer, subject } = await subscribed(server, { kind: 'business' });
    const promote = () =>
      payer.post(`/businesses/${subject}/promotions`, promotionFields(server, 1, 24));
    for (let at = 1; at <= 3; at += 1) expect((await promote()).status).toBe(201);
    const tooMany = await promote();
    expect(tooMany.status).toBe(409);
    expect(tooMany.error?.details).toEqual({ tier: 'plus', promotionsAtOnce: 3 });
    expect((await look(payer, subject)).promotions).toHaveLength(3);
  });

  it('ends when its first payment is declined, and another can be begun at once', async () => {
    const { id, payer, subject, payment } = await begun(server);
    must(await confirm(payer, payment, 'decline'));
    expect(await seeSubscription(payer, id)).toMatchObject({
      status: 'ended',
      endReason: 'payment_failed',
    });
    expect(await capacity(payer, subject)).toBe(25);
    const again = await subscribe(payer, 'organization', subject, 'pro');
    expect(again.status).toBe(201);
    must(await confirm(payer, again.data.payment?.id ?? '', 'success'));
    expect(await capacity(payer, subject)).toBe(2500);
  });

  it('whose first payment comes after it had failed gives the money back, and stays ended', async () => {
    const { id, payer, subject, payment } = await begun(server);
    must(await confirm(payer, payment, 'late_success'));
    await pass(server, DAY / 24, payer);
    expect(await seeSubscription(payer, id)).toMatchObject({ status: 'ended' });
    expect(await capacity(payer, subject)).toBe(25);
    server.clock.advance(60_000);
    await server.get(PaymentSweeper).sweep();
    await server.get(PaymentSweeper).sweep();
    const { refunded, captured } = await seePayment(payer, payment);
    expect([captured.amountMinor, refunded.amountMinor]).toEqual([1900, 1900]);
  });

  it('is one at a time for each subject: a second is a conflict that names the first', async () => {
    const { id, payer, subject } = await begun(server);
    const second = await subscribe(payer, 'organization', subject, 'pro');
    expect(second.status).toBe(409);
    expect(second.error).toMatchObject({
      code: 'CONFLICT',
      details: { subscriptionId: id, status: 'incomplete' },
    });
  });

  it('is for who manages the subject; what strangers ask is 403 where they see it, else 404', async () => {
    const { id, payer, subject } = await subscribed(server);
    const stranger = await register(server);
    expect((await subscribe(stranger, 'organization', subject)).status).toBe(403);
    expect((await subscribe(stranger, 'organization', id)).status).toBe(404);
    expect((await subscribe(stranger, 'business', id)).status).toBe(404);
    expect((await cancel(stranger, id)).status).toBe(404);
    expect((await change(stranger, id, 'organization_pro')).status).toBe(404);
    expect(await subscriptions(stranger)).toEqual([]);

    const admin = await joined(server, subject);
    must(await give(payer, subject, admin.id, { role: 'admin' }));
    expect(await subscriptions(admin)).toMatchObject([{ id, yours: false }]);
    // Nobody else's card is charged more.
    expect((await change(admin, id, 'organization_pro')).status).toBe(403);
    expect(must(await cancel(admin, id)).data.cancelAtPeriodEnd).toBe(true);
  });

  it.each([
    ['a plan that is none', { plan: 'organization_gold' }],
    ['a plan of another kind', { plan: 'business_plus' }],
    ['no plan', { plan: undefined }],
    ['a field that there is not', { coupon: 'half' }],
    ['a subject of no kind', { subject: { kind: 'user', id: 'aaaaaaaaaaaaaaaaaaaaaaaa' } }],
    ['an id that is none', { subject: { kind: 'organization', id: 'x' } }],
  ])('with %s is refused', async (_, fields) => {
    const founder = await register(server);
    const { id } = await found(founder);
    const body = { plan: 'organization_plus', subject: { kind: 'organization', id }, ...fields };
    const answer = await founder.post('/subscriptions', body);
    expect(answer.status).toBe(400);
    expect(answer.error?.code).toBe('VALIDATION_FAILED');
  });

  it('renews itself at the end of each period, and each renewal is a payment of its own', async () => {
    const { id, payer } = await subscribed(server);
    const { currentPeriodEnd: first } = await seeSubscription(payer, id);
    await pass(server, PERIOD + DAY, payer);
    const { currentPeriodEnd: second, status } = await seeSubscription(payer, id);
    expect(status).toBe('active');
    expect(Date.parse(second ?? '') - Date.parse(first ?? '')).toBe(PERIOD);
    const payments = await paymentsOf(server, id);
    expect(payments.map(({ status: one, amountMinor }) => [one, amountMinor])).toEqual([
      ['succeeded', 1900],
      ['succeeded', 1900],
    ]);
    for (const { _id } of payments) await expectBalanced(server, _id.toHexString());
  });

  it('that is cancelled runs until its paid end; then the members stay, and nobody comes in', async () => {
    const { id, payer, subject } = await subscribed(server);
    expect(must(await cancel(payer, id)).data).toMatchObject({
      status: 'active',
      cancelAtPeriodEnd: true,
    });
    expect(must(await cancel(payer, id)).data.cancelAtPeriodEnd).toBe(true);
    expect((await change(payer, id, 'organization_pro')).error?.code).toBe('CONFLICT');
    expect(await capacity(payer, subject)).toBe(250);
    await fill(subject, 30);
    await pass(server, PERIOD + DAY, payer);
    expect(await seeSubscription(payer, id)).toMatchObject({
      status: 'ended',
      endReason: 'cancelled',
    });
    const { inside } = must(await see(payer, subject)).data;
    expect(inside).toMatchObject({ capacity: 25, memberCount: 30, tier: 'free' });
    expect((await join(await register(server), subject)).status).toBe(409);
    expect((await cancel(payer, id)).status).toBe(200);
  });

  it('that cannot be renewed keeps its tier for the grace period, and loses it then', async () => {
    const { id, payer, subject, payment } = await begun(server);
    must(await confirm(payer, payment, 'requires_action'));
    must(await confirm(payer, payment, 'success'));
    await pass(server, PERIOD + DAY, payer);
    expect(await seeSubscription(payer, id)).toMatchObject({
      status: 'past_due',
      graceUntil: expect.any(String),
    });
    expect(await capacity(payer, subject)).toBe(250);
    await pass(server, 13 * DAY, payer);
    expect((await seeSubscription(payer, id)).status).toBe('past_due');
    await pass(server, 2 * DAY, payer);
    expect(await seeSubscription(payer, id)).toMatchObject({
      status: 'ended',
      endReason: 'unpaid',
      graceUntil: null,
    });
    expect(await capacity(payer, subject)).toBe(25);
    await strike(server);
    expect((await sandboxOf(server, id))?.endedAt).toBeInstanceOf(Date);
    expect((await subscribe(payer, 'organization', subject)).status).toBe(201);
  });

  it('that is paid within the grace period goes on as if nothing had been', async () => {
    const { id, payer, subject } = await subscribed(server);
    must(await tellOf(server, 'renewal_failed', id, { invoiceId: 'sbi_late', amountMinor: 1900 }));
    expect((await seeSubscription(payer, id)).status).toBe('past_due');
    must(await tellOf(server, 'renewed', id, { invoiceId: 'sbi_late', amountMinor: 1900 }));
    expect(await seeSubscription(payer, id)).toMatchObject({ status: 'active', graceUntil: null });
    expect(await capacity(payer, subject)).toBe(250);
    // The news of the failure, once more and late.
    must(await tellOf(server, 'renewal_failed', id, { invoiceId: 'sbi_late', amountMinor: 1900 }));
    expect((await seeSubscription(payer, id)).status).toBe('active');
  });

  it('changes to a dearer plan at once for the difference, and to a cheaper one with credit', async () => {
    const { id, payer, subject } = await subscribed(server);
    const up = must(await change(payer, id, 'organization_pro')).data;
    expect(up.subscription).toMatchObject({ plan: 'organization_pro', pendingPlan: null });
    expect(up.payment).toMatchObject({ status: 'succeeded', purpose: 'subscription' });
    const paid = up.payment?.amount.amountMinor ?? 0;
    expect(paid).toBeGreaterThan(5900);
    expect(paid).toBeLessThanOrEqual(6000);
    expect(await capacity(payer, subject)).toBe(2500);
    await expectBalanced(server, up.payment?.id ?? '');
    expect((await change(payer, id, 'organization_pro')).error?.code).toBe('CONFLICT');

    const down = must(await change(payer, id, 'organization_plus')).data;
    expect(down).toMatchObject({ payment: null, clientSecret: null });
    expect(down.subscription.plan).toBe('organization_plus');
    expect(await capacity(payer, subject)).toBe(250);
    await pass(server, PERIOD + DAY, payer);
    // The credit pays the renewal.
    expect((await seeSubscription(payer, id)).status).toBe('active');
    expect(await paymentsOf(server, id)).toHaveLength(2);
  });

  it('whose card asks its owner each time stays on its plan, and says so', async () => {
    const { id, payer, payment } = await begun(server);
    must(await confirm(payer, payment, 'requires_action'));
    must(await confirm(payer, payment, 'success'));
    const refused = await change(payer, id, 'organization_pro');
    expect(refused.status).toBe(409);
    expect(await seeSubscription(payer, id)).toMatchObject({
      plan: 'organization_plus',
      pendingPlan: null,
    });
  });

  it('is given up as a whole: its bill alone is not', async () => {
    const { id, payer, payment } = await begun(server);
    const refused = await payer.post(`/payments/${payment}/cancel`);
    expect(refused.error).toMatchObject({ code: 'CONFLICT', details: { subscriptionId: id } });
    must(await cancel(payer, id));
    await strike(server);
    expect((await paymentsOf(server, id)).map(({ status }) => status)).toEqual(['cancelled']);
  });

  it('whose payment is given back in full ends at once; a part of it changes nothing', async () => {
    const { id, payer, subject, payment } = await subscribed(server);
    const admin = await adminOf(server);
    must(await refund(admin, payment, 100));
    expect((await seeSubscription(payer, id)).status).toBe('active');
    must(await refund(admin, payment));
    expect(await seeSubscription(payer, id)).toMatchObject({
      status: 'ended',
      endReason: 'refunded',
    });
    expect(await capacity(payer, subject)).toBe(25);
    await strike(server);
    expect((await sandboxOf(server, id))?.endedAt).toBeInstanceOf(Date);
  });

  it('whose payment of an earlier period is given back goes on', async () => {
    const { id, payer, payment } = await subscribed(server);
    await pass(server, PERIOD + DAY, payer);
    const admin = await (await adminOf(server)).logIn();
    must(await refund(admin, payment));
    expect((await seeSubscription(payer, id)).status).toBe('active');
    const [, renewal] = await paymentsOf(server, id);
    must(await refund(admin, renewal?._id.toHexString() ?? ''));
    expect(await seeSubscription(payer, id)).toMatchObject({ endReason: 'refunded' });
  });

  it('ends with its subject, and the provider is told', async () => {
    for (const kind of ['organization', 'business'] as const) {
      const { id, payer, subject } = await subscribed(server, { kind });
      must(
        await payer.delete(`/${kind === 'business' ? 'businesses' : 'organizations'}/${subject}`),
      );
      expect(await seeSubscription(payer, id)).toMatchObject({ endReason: 'subject_removed' });
      await strike(server);
      expect((await sandboxOf(server, id))?.endedAt).toBeInstanceOf(Date);
      expect((await rowOf(server, id))?.nextAt).toBeNull();
    }
  });

  it('is not renewed once its payer is gone', async () => {
    const { id, payer, subject } = await subscribed(server);
    const admin = await joined(server, subject);
    must(await give(payer, subject, admin.id, { role: 'admin' }));
    must(await payer.delete('/users/me', { password: payer.password }));
    expect(await seeSubscription(admin, id)).toMatchObject({
      status: 'active',
      cancelAtPeriodEnd: true,
    });
    server.clock.advance(60_000);
    await strike(server);
    expect((await sandboxOf(server, id))?.cancelAtPeriodEnd).toBe(true);
  });

  /** As if so many had come in; that the count holds at the limit is proven elsewhere. */
  async function fill(organization: string, memberCount: number): Promise<void> {
    const { Types } = await import('mongoose');
    await server.connection
      .collection('organizations')
      .updateOne({ _id: new Types.ObjectId(organization) }, { $set: { memberCount } });
  }
});
