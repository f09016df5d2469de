import type { PaymentDto } from '../../src/modules/payments/dto/payment.view.dto';
import { adminOf, must, register } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import {
  acceptedBooking,
  confirm,
  expectBalanced,
  pay,
  pendingPayment,
  refund,
  seePayment,
} from '../support/payments';
import { seeBooking } from '../support/skills';
import { closeSockets, TestSocket } from '../support/sockets';

type NoticeDto = { kind: string; subject: { id: string } };

describe('A payment', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });
  afterEach(closeSockets);
  afterAll(() => server.close());

  it('goes from the intent to the money, shows on the booking, and back in two refunds; the payer hears of each step', async () => {
    const { id: booking, client } = await acceptedBooking(server);
    const hears = await TestSocket.connect(client);
    const heard = async (name: string, id: string): Promise<PaymentDto> => {
      const event = await hears.event(name, ({ subjectId }) => subjectId === id);
      expect(event.kind).toBe('payment');
      return event.data as unknown as PaymentDto;
    };

    const made = await pay(client, 'booking', booking, {
      amount: { amountMinor: 2500, currency: 'EUR' },
    });
    expect(made.status).toBe(201);
    const { payment, clientSecret } = made.data;
    expect(clientSecret).toMatch(/^sbx_\w+_secret_\w+$/);
    expect(payment).toMatchObject({
      status: 'pending',
      purpose: 'booking',
      subject: { kind: 'booking', id: booking },
      amount: { amountMinor: 2500, currency: 'EUR' },
      refunded: { amountMinor: 0, currency: 'EUR' },
    });
    await heard('payment.created', payment.id);
    expect((await seeBooking(client, booking)).data.paidAt).toBeNull();

    expect(must(await confirm(client, payment.id, 'success')).data.status).toBe('succeeded');
    expect((await heard('payment.succeeded', payment.id)).captured.amountMinor).toBe(2500);
    expect((await seeBooking(client, booking)).data.paidAt).toEqual(expect.any(String));
    await expectBalanced(server, payment.id);

    const admin = await adminOf(server);
    expect(must(await refund(admin, payment.id, 1000)).data).toMatchObject({
      status: 'succeeded',
      amount: { amountMinor: 1000, currency: 'EUR' },
    });
    expect(await seePayment(client, payment.id)).toMatchObject({
      status: 'partially_refunded',
      refunded: { amountMinor: 1000, currency: 'EUR' },
    });
    expect((await seeBooking(client, booking)).data.paidAt).toEqual(expect.any(String));
    await heard('payment.partially_refunded', payment.id);

    must(await refund(admin, payment.id));
    expect((await heard('payment.refunded', payment.id)).status).toBe('refunded');
    expect(await seePayment(client, payment.id)).toMatchObject({
      status: 'refunded',
      refunded: { amountMinor: 2500, currency: 'EUR' },
      refunding: { amountMinor: 0, currency: 'EUR' },
    });
    expect((await seeBooking(client, booking)).data.paidAt).toBeNull();
    await expectBalanced(server, payment.id);
    // What goes back is news; what the payer does themselves is not.
    await eventually(async () => {
      const { items } = must(await client.get<{ items: NoticeDto[] }>('/notifications')).data;
      const kinds = items
        .filter(({ subject }) => subject.id === payment.id)
        .map(({ kind }) => kind);
      expect(kinds).toEqual(['payment.refunded', 'payment.refunded']);
    });
    const events = hears.events.filter(({ subjectId }) => subjectId === payment.id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  });

  it('of a thing is one: a second is 409 while the first is unfinished or paid, and 201 once it has failed or was given back', async () => {
    const { id: booking, client } = await acceptedBooking(server);
    const first = must(await pay(client, 'booking', booking)).data.payment;
    const refused = await pay(client, 'booking', booking);
    expect(refused.status).toBe(409);
    expect(refused.error).toMatchObject({
      code: 'CONFLICT',
      details: { paymentId: first.id, status: 'pending' },
    });
    expect(must(await confirm(client, first.id, 'decline')).data.status).toBe('failed');

    const second = must(await pay(client, 'booking', booking)).data.payment;
    must(await confirm(client, second.id, 'success'));
    expect((await pay(client, 'booking', booking)).error?.details).toEqual({
      paymentId: second.id,
      status: 'succeeded',
    });
    must(await refund(await adminOf(server), second.id));
    expect((await pay(client, 'booking', booking)).status).toBe(201);
  });

  it('that needs an action of the payer stays pending, and is confirmed again', async () => {
    const { id, payer } = await pendingPayment(server);
    expect(must(await confirm(payer, id, 'requires_action')).data.status).toBe('pending');
    expect(must(await confirm(payer, id, 'success')).data.status).toBe('succeeded');
    must(await confirm(payer, id, 'success'));
    for (const other of ['decline', 'requires_action'] as const) {
      expect((await confirm(payer, id, other)).error).toMatchObject({
        code: 'INVALID_TRANSITION',
        details: { status: 'succeeded' },
      });
    }
  });

  it('whose money comes after it has failed stays failed, and the money goes back by itself', async () => {
    const { id, payer, booking } = await pendingPayment(server);
    expect(must(await confirm(payer, id, 'late_success')).data.status).toBe('failed');
    await eventually(async () =>
      expect(await seePayment(payer, id)).toMatchObject({
        status: 'failed',
        captured: { amountMinor: 2500 },
        refunded: { amountMinor: 2500 },
        refunding: { amountMinor: 0 },
      }),
    );
    await expectBalanced(server, id);
    expect((await seeBooking(payer, booking)).data.paidAt).toBeNull();
    expect((await pay(payer, 'booking', booking)).status).toBe(201);
  });

  it('is cancelled by its payer while it is unfinished, and by nobody after that', async () => {
    const { id, payer, booking } = await pendingPayment(server);
    const cancelled = must(await payer.post<PaymentDto>(`/payments/${id}/cancel`)).data;
    expect(cancelled.status).toBe('cancelled');
    expect(must(await payer.post<PaymentDto>(`/payments/${id}/cancel`)).data.status).toBe(
      'cancelled',
    );
    expect((await confirm(payer, id, 'success')).error?.code).toBe('INVALID_TRANSITION');

    const next = must(await pay(payer, 'booking', booking)).data.payment;
    must(await confirm(payer, next.id, 'success'));
    const refused = await payer.post(`/payments/${next.id}/cancel`);
    expect(refused.error).toMatchObject({
      code: 'INVALID_TRANSITION',
      details: { status: 'succeeded' },
    });
  });

  it('is repeated by its Idempotency-Key with the same secret, and makes nothing twice', async () => {
    const { id: booking, client } = await acceptedBooking(server);
    const body = { purpose: 'booking', subject: { kind: 'booking', id: booking } };
    const key = { 'Idempotency-Key': `pay-${booking}` };
    const first = await client.post('/payments/intents', body, key);
    const again = await client.post('/payments/intents', body, key);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
    expect(again.data).toEqual(first.data);
    const { items } = must(await client.get<{ items: PaymentDto[] }>('/payments')).data;
    expect(items).toHaveLength(1);
  });

  it('costs what we say: another amount or currency is 400, and nobody else can pay it', async () => {
    const { id: booking, client, owner } = await acceptedBooking(server);
    for (const amount of [
      { amountMinor: 2499, currency: 'EUR' },
      { amountMinor: 2500, currency: 'USD' },
    ]) {
      const refused = await pay(client, 'booking', booking, { amount });
      expect(refused.status).toBe(400);
      expect(refused.error?.details).toMatchObject([{ field: 'amount' }]);
    }
    expect((await pay(owner, 'booking', booking)).status).toBe(404);
    expect((await pay(await register(server), 'booking', booking)).status).toBe(404);
  });
});
