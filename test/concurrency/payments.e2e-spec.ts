import { adminOf, type Answer, must, register } from '../support/actors';
import type { TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import {
  acceptedBooking,
  confirm,
  deliver,
  expectBalanced,
  paidBooking,
  pay,
  pendingPayment,
  refund,
  seePayment,
  told,
} from '../support/payments';
import { startTwoNodes, together } from '../support/race';
import { act, seeBooking } from '../support/skills';

const ROUNDS = 12;

describe('Payments on two nodes', () => {
  let server: TestApp;
  let node: TestApp;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ server, node, close } = await startTwoNodes());
  });
  afterAll(() => close());

  const statuses = (answers: Answer<unknown>[]) =>
    answers.map(({ status }) => status).toSorted((a, b) => a - b);

  it('of one thing that begin at the same time become one', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id, client } = await acceptedBooking(server);
      const answers = await together(
        round,
        () => pay(client, 'booking', id),
        () => pay(client.on(node), 'booking', id),
      );
      expect(statuses(answers)).toEqual([201, 409]);
      const { items } = must(await client.get<{ items: unknown[] }>('/payments')).data;
      expect(items).toHaveLength(1);
    }
  });

  it('with one Idempotency-Key become one, with one answer', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id, client } = await acceptedBooking(server);
      const body = { purpose: 'booking', subject: { kind: 'booking', id } };
      const key = { 'Idempotency-Key': `race-${id}` };
      const [one, other] = await together(
        round,
        () => client.post('/payments/intents', body, key),
        () => client.on(node).post('/payments/intents', body, key),
      );
      expect(statuses([one, other])).toEqual([201, 201]);
      expect(one.data).toEqual(other.data);
    }
  });

  it('give back no more than was paid, however many refunds come at once', async () => {
    const admin = await adminOf(server);
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id, payer } = await paidBooking(server);
      const answers = await Promise.all(
        [admin, admin.on(node), admin, admin.on(node)].map((by) => refund(by, id, 1000)),
      );
      expect(statuses(answers)).toEqual([201, 201, 409, 409]);
      expect(await seePayment(payer, id)).toMatchObject({
        status: 'partially_refunded',
        refunded: { amountMinor: 2000 },
        refunding: { amountMinor: 0 },
      });
      const last = await together(
        round,
        () => refund(admin, id),
        () => refund(admin.on(node), id),
      );
      expect(statuses(last)).toEqual([201, 409]);
      expect((await seePayment(payer, id)).refunded.amountMinor).toBe(2500);
      const sandboxed = await server.connection
        .collection('sandbox_intents')
        .findOne({ paymentId: id });
      expect(sandboxed?.refundedMinor).toBe(2500);
      await expectBalanced(server, id);
    }
  });

  it('that are paid and cancelled at the same time end as one of the two, with no money lost', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id, payer } = await pendingPayment(server);
      await together(
        round,
        () => confirm(payer, id, 'success'),
        () => payer.on(node).post(`/payments/${id}/cancel`),
      );
      await eventually(async () => {
        const { status, captured, refunded } = await seePayment(payer, id);
        const sandboxed = await server.connection
          .collection('sandbox_intents')
          .findOne({ paymentId: id });
        expect(sandboxed?.status).toBe(status);
        expect([status, captured.amountMinor, refunded.amountMinor]).toEqual(
          status === 'succeeded' ? ['succeeded', 2500, 0] : ['cancelled', 0, 0],
        );
      });
      await expectBalanced(server, id);
    }
  });

  it('of a booking that is cancelled at the same time give the money back, and leave it unpaid', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id, payer, booking } = await pendingPayment(server);
      await together(
        round,
        () => deliver(server, told('succeeded', id)),
        () => act(payer.on(node), booking, 'cancel'),
      );
      await eventually(async () => {
        const { status, captured, refunded } = await seePayment(payer, id);
        expect([status, captured.amountMinor, refunded.amountMinor]).toEqual([
          'refunded',
          2500,
          2500,
        ]);
      });
      const { data } = await seeBooking(payer, booking);
      expect([data.status, data.paidAt]).toEqual(['cancelled', null]);
      await expectBalanced(server, id);
    }
  });

  it('fail and succeed in one order or the other, and never keep the money of what has failed', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id, payer } = await pendingPayment(server);
      await together(
        round,
        () => deliver(server, told('succeeded', id)),
        () => deliver(node, told('failed', id)),
      );
      await eventually(async () => {
        const { status, captured, refunded } = await seePayment(payer, id);
        expect([status, captured.amountMinor, refunded.amountMinor]).toEqual(
          status === 'succeeded' ? ['succeeded', 2500, 0] : ['failed', 2500, 2500],
        );
      });
      await expectBalanced(server, id);
    }
  });

  it('are nobody else’s on whatever node', async () => {
    const { id } = await pendingPayment(server);
    const stranger = await register(server);
    for (const at of [stranger, stranger.on(node)]) {
      expect((await at.get(`/payments/${id}`)).status).toBe(404);
      expect((await at.post(`/payments/${id}/cancel`)).status).toBe(404);
      expect((await confirm(at, id, 'success')).status).toBe(404);
      expect((await refund(at, id)).status).toBe(404);
    }
  });
});
