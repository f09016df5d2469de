import { Types } from 'mongoose';
import { MINUTE } from '../../src/common/time/clock';
import { sign } from '../../src/modules/payments/webhooks/signature';
import { adminOf, call, must, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import {
  deliver,
  expectBalanced,
  paidBooking,
  pendingPayment,
  refund,
  seePayment,
  told,
} from '../support/payments';

const OLD_SECRET = 'the-old-secret-of-the-sandbox';
const NEW_SECRET = 'the-new-secret-of-the-sandbox';

describe('A webhook', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp({
      env: { SANDBOX_WEBHOOK_SECRET: `${NEW_SECRET}, ${OLD_SECRET}` },
    });
  });
  afterAll(async () => {
    delete process.env.SANDBOX_WEBHOOK_SECRET;
    await server.close();
  });

  const send = (event: Parameters<typeof deliver>[1], options = {}) =>
    deliver(server, event, { secret: NEW_SECRET, ...options });
  const statusOf = async (payer: TestActor, id: string) => (await seePayment(payer, id)).status;
  const counted = async (outcome: string): Promise<number> => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const name = `allynet_payment_webhooks_total{provider="sandbox",outcome="${outcome}"}`;
    return Number(
      text
        .split('\n')
        .find((line) => line.startsWith(name))
        ?.split(' ')[1] ?? 0,
    );
  };

  it('is taken with the signature of each secret while one is exchanged, and with no other', async () => {
    for (const secret of [NEW_SECRET, OLD_SECRET]) {
      const { id, payer } = await pendingPayment(server);
      expect((await send(told('succeeded', id), { secret })).status).toBe(200);
      expect(await statusOf(payer, id)).toBe('succeeded');
    }
    const { id, payer } = await pendingPayment(server);
    const event = told('succeeded', id);
    const body = JSON.stringify(event);
    const genuine = sign(body, [NEW_SECRET], server.clock.now());
    const [t = '', v1 = ''] = genuine.split(',');
    const refused = [
      sign(body, ['somebody-elses-secret'], server.clock.now()),
      sign(`${body} `, [NEW_SECRET], server.clock.now()),
      '',
      t,
      v1,
      `${t},v1=`,
      `${t},v1=${'0'.repeat(64)}`,
      `${t},v0=${v1.slice(3)}`,
      `t=${Number(t.slice(2)) + 1},${v1}`,
      `t=,${v1}`,
      'nonsense',
    ];
    for (const signature of refused) {
      const answer = await send(event, { signature });
      expect([answer.status, answer.error?.code]).toEqual([400, 'INVALID_SIGNATURE']);
    }
    expect(await statusOf(payer, id)).toBe('pending');
    expect((await send(event, { signature: `${t},v1=${'0'.repeat(64)},${v1}` })).status).toBe(200);
  });

  it('may come from a clock that is five minutes off, and not from one that is more', async () => {
    const { id, payer } = await pendingPayment(server);
    const now = server.clock.now().getTime();
    for (const off of [-6, 6]) {
      const answer = await send(told('failed', id), { at: new Date(now + off * MINUTE) });
      expect(answer.error?.code).toBe('INVALID_SIGNATURE');
    }
    expect(await statusOf(payer, id)).toBe('pending');
    for (const off of [-4, 4]) {
      const answer = await send(told('processing', id), { at: new Date(now + off * MINUTE) });
      expect(answer.status).toBe(200);
    }
  });

  it('is verified before it is read: what is no JSON is INVALID_SIGNATURE without one, and MALFORMED_JSON with one', async () => {
    const post = (headers: Record<string, string>) =>
      fetch(`${server.url}/api/v1/payments/webhooks/sandbox`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{"id": ',
      }).then(
        async (response) => ((await response.json()) as { error: { code: string } }).error.code,
      );
    expect(await post({})).toBe('INVALID_SIGNATURE');
    const signature = sign('{"id": ', [NEW_SECRET], server.clock.now());
    expect(await post({ 'sandbox-signature': signature })).toBe('MALFORMED_JSON');
  });

  it('may hold fields that we do not know, at every depth', async () => {
    const { id, payer } = await pendingPayment(server);
    const event = told('succeeded', id, { more: { nested: [1, { constructor: 1 }] } });
    expect((await send({ ...event, livemode: false, extra: { a: 1 } })).status).toBe(200);
    expect(await statusOf(payer, id)).toBe('succeeded');
  });

  it('may be larger than what people send, up to 1 MiB', async () => {
    const { id, payer } = await pendingPayment(server);
    const event = told('succeeded', id);
    const sized = (bytes: number) => ({
      ...event,
      data: { ...event.data, more: 'x'.repeat(bytes) },
    });
    expect((await send(sized(1024 * 1024))).error?.code).toBe('PAYLOAD_TOO_LARGE');
    expect(await statusOf(payer, id)).toBe('pending');
    must(await send(sized(1000 * 1024)));
    expect(await statusOf(payer, id)).toBe('succeeded');
  });

  it('of a type that we do not know is acknowledged and counted', async () => {
    const before = await counted('unknown_type');
    const event = { id: 'evt_unknown', type: 'dispute.opened', data: { anything: 1 } };
    expect((await send(event)).status).toBe(200);
    expect((await send(event)).status).toBe(200);
    expect(await counted('unknown_type')).toBe(before + 1);
    expect(await counted('repeated')).toBeGreaterThan(0);
  });

  it('about a payment that we do not know yet is 503, leaves no trace, and is taken when we do', async () => {
    const id = new Types.ObjectId().toHexString();
    const event = told('succeeded', id);
    const answer = await send(event);
    expect([answer.status, answer.error?.code]).toEqual([503, 'UNAVAILABLE']);
    expect(answer.headers.get('Retry-After')).toBe('5');
    const events = server.connection.collection('webhook_events');
    expect(await events.countDocuments({ eventId: event.id })).toBe(0);

    const { id: known, payer } = await pendingPayment(server);
    await server.connection
      .collection('payments')
      .findOne({ _id: new Types.ObjectId(known) })
      .then((row) =>
        server.connection
          .collection('payments')
          .insertOne({ ...row, _id: new Types.ObjectId(id), holds: false, providerId: null }),
      );
    expect((await send(event)).status).toBe(200);
    expect(await statusOf(payer, id)).toBe('succeeded');
  });

  it('has its effect once, however often it comes, also at the same time', async () => {
    const { id, payer } = await paidBooking(server);
    const event = told('refunded', id, { amountMinor: 700 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(event)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await seePayment(payer, id)).toMatchObject({
      status: 'partially_refunded',
      refunded: { amountMinor: 700 },
    });
    await expectBalanced(server, id);
  });

  it('that tells of a refund before the payment counts both, in either order', async () => {
    for (const first of ['refunded', 'succeeded']) {
      const { id, payer } = await pendingPayment(server);
      const events = [told('refunded', id, { amountMinor: 2500 }), told('succeeded', id)];
      if (first === 'succeeded') events.reverse();
      for (const event of events) must(await send(event));
      expect(await seePayment(payer, id)).toMatchObject({
        status: 'refunded',
        captured: { amountMinor: 2500 },
        refunded: { amountMinor: 2500 },
      });
      await expectBalanced(server, id);
    }
  });

  it('never gives back more than was paid, and never takes another amount for the price', async () => {
    const { id, payer } = await paidBooking(server);
    must(await send(told('refunded', id, { amountMinor: 2000 })));
    must(await send(told('refunded', id, { amountMinor: 501 })));
    expect((await seePayment(payer, id)).refunded.amountMinor).toBe(2000);
    expect(await counted('ignored')).toBeGreaterThan(0);

    const pending = await pendingPayment(server);
    for (const mistake of [{ amountMinor: 1 }, { amountMinor: 2500, currency: 'JPY' }]) {
      const wrong = await send(told('succeeded', pending.id, mistake));
      expect([wrong.status, wrong.error?.code]).toEqual([400, 'VALIDATION_FAILED']);
    }
    expect(await statusOf(pending.payer, pending.id)).toBe('pending');
    // Nor does the sandbox believe it: it would say that it was paid.
    const { payer: other, id: unpaid } = pending;
    must(await other.post(`/payments/${unpaid}/cancel`));
    expect(await statusOf(other, unpaid)).toBe('cancelled');
  });

  it('of the sandbox is believed by the sandbox: what it tells was paid can be given back, and what came too late is', async () => {
    const paid = await pendingPayment(server);
    must(await send(told('succeeded', paid.id)));
    must(await refund(await adminOf(server), paid.id, 100));
    expect((await seePayment(paid.payer, paid.id)).refunded.amountMinor).toBe(100);
    must(await send(told('refunded', paid.id)));
    expect(await statusOf(paid.payer, paid.id)).toBe('refunded');

    const late = await pendingPayment(server);
    must(await send(told('failed', late.id)));
    must(await send(told('succeeded', late.id)));
    await eventually(async () =>
      expect(await seePayment(late.payer, late.id)).toMatchObject({
        status: 'failed',
        captured: { amountMinor: 2500 },
        refunded: { amountMinor: 2500 },
      }),
    );
    for (const { id } of [paid, late]) await expectBalanced(server, id);
  });

  it.each(['ours', 'of the desk', 'of the desk, of all that was left,'])(
    'that a refund %s came back from the bank after it had succeeded puts it back into the books, and it can be made again',
    async (whose) => {
      const { id, payer } = await paidBooking(server);
      const admin = await adminOf(server);
      let about: object = { providerRefundId: 're_desk' + id };
      if (whose === 'ours') about = { refundId: must(await refund(admin, id)).data.id };
      else if (whose === 'of the desk')
        must(await send(told('refunded', id, { ...about, amountMinor: 2500 })));
      else must(await send(told('refunded', id, { ...about })));
      expect(await seePayment(payer, id)).toMatchObject({
        status: 'refunded',
        refunded: { amountMinor: 2500 },
      });
      const failed = { ...about, amountMinor: 2500 };
      for (const event of [told('refund_failed', id, failed), told('refund_failed', id, failed)]) {
        must(await send(event));
        must(await send(event));
      }
      // News of before, that come late.
      must(await send(told('refunded', id, failed)));
      expect((await seePayment(payer, id)).refunded.amountMinor).toBe(0);
      await expectBalanced(server, id);
      expect(must(await refund(admin, id)).data.status).toBe('succeeded');
      expect(await seePayment(payer, id)).toMatchObject({
        status: 'refunded',
        refunded: { amountMinor: 2500 },
      });
      await expectBalanced(server, id);
    },
  );

  it('that a refund of the desk failed, before the news that it had succeeded, leaves the money where it is', async () => {
    const { id, payer } = await paidBooking(server);
    const about = { providerRefundId: `re_${id}`, amountMinor: 500 };
    must(await send(told('refund_failed', id, about)));
    must(await send(told('refunded', id, about)));
    expect(await seePayment(payer, id)).toMatchObject({
      status: 'succeeded',
      refunded: { amountMinor: 0 },
    });
    await expectBalanced(server, id);
  });

  it('that lacks what it must say is 400', async () => {
    const { id } = await pendingPayment(server);
    for (const event of [
      {},
      [],
      { id: 1, type: 'payment.succeeded', data: { paymentId: id } },
      { id: 'evt_x', type: 'payment.succeeded' },
      { id: 'evt_x', type: 'payment.succeeded', data: null },
      { id: 'evt_x', type: 'payment.succeeded', data: { paymentId: { $ne: null } } },
      { id: 'evt_x', type: 'payment.refunded', data: { paymentId: id, amountMinor: 1.5 } },
      { id: 'evt_x', type: 'payment.refunded', data: { paymentId: id, amountMinor: -1 } },
      { id: 'x'.repeat(201), type: 'payment.succeeded', data: { paymentId: id } },
    ]) {
      expect((await send(event as never)).status).toBe(400);
    }
  });

  it('of no provider of ours are 404, nor is there Stripe beside the sandbox', async () => {
    const post = (provider: string) => call(server, 'POST', `/payments/webhooks/${provider}`, {});
    expect((await post('paypal')).status).toBe(404);
    expect((await post('stripe')).status).toBe(404);
  });
});
