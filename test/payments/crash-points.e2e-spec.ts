import { Types } from 'mongoose';
import { HOUR, MINUTE } from '../../src/common/time/clock';
import { PaymentSweeper } from '../../src/modules/payments/payment.sweeper';
import { PaymentEvents } from '../../src/modules/payments/payment-events';
import { PaymentsService } from '../../src/modules/payments/payments.service';
import { ProviderRefusedError } from '../../src/modules/payments/providers/payment-provider';
import { SandboxDeliveries } from '../../src/modules/payments/providers/sandbox/sandbox-deliveries';
import { SandboxProvider } from '../../src/modules/payments/providers/sandbox/sandbox.provider';
import { RefundSettlement } from '../../src/modules/payments/refunds/refund-settlement';
import { WebhooksService } from '../../src/modules/payments/webhooks/webhooks.service';
import { adminOf, must, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { crashAt } from '../support/crash';
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
import { pass, seeBooking } from '../support/skills';

type When = 'before' | 'after';

/** The payment that keeps a second one out. */
async function refusedFor(client: TestActor, booking: string): Promise<string> {
  const { error } = await pay(client, 'booking', booking);
  const { paymentId } = Object(error?.details) as { paymentId?: string };
  if (!paymentId) throw new Error('No payment keeps another one out.');
  return paymentId;
}

describe('A crash', () => {
  let server: TestApp;
  let admin: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
    admin = await adminOf(server);
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => server.close());

  const sandboxed = (id: string) =>
    server.connection.collection('sandbox_intents').findOne({ paymentId: id });

  /** What the sweeper of some node finds, once the request is given up for lost. */
  async function sweep(...people: TestActor[]): Promise<void> {
    await pass(server, MINUTE, admin, ...people);
    // A round that was under way did not see the new time.
    await server.get(PaymentSweeper).sweep();
    await server.get(PaymentSweeper).sweep();
  }

  describe.each<[string, When, () => object, string]>([
    [
      'after the row, before the provider is asked',
      'before',
      () => server.get(SandboxProvider),
      'createIntent',
    ],
    [
      'after the provider was asked, before its answer is recorded',
      'after',
      () => server.get(SandboxProvider),
      'createIntent',
    ],
    [
      'while the answer is recorded',
      'before',
      () => server.get(PaymentsService),
      'recordProviderId',
    ],
  ])('of a new payment %s', (_, when, target, method) => {
    const crash = () => crashAt(target(), method, when);

    it('is made good by the sweeper', async () => {
      const { id: booking, client } = await acceptedBooking(server);
      crash();
      expect((await pay(client, 'booking', booking)).status).toBe(500);
      const paymentId = await refusedFor(client, booking);
      await sweep(client);
      const row = await server.connection
        .collection('payments')
        .findOne({ _id: new Types.ObjectId(paymentId) });
      expect(row?.providerId).toBe(`sbx_${paymentId}`);
      expect(
        await server.connection.collection('sandbox_intents').countDocuments({ paymentId }),
      ).toBe(1);
      expect(must(await confirm(client, paymentId, 'success')).data.status).toBe('succeeded');
      await expectBalanced(server, paymentId);
    });

    it('is made good by the repeat of the request', async () => {
      const { id: booking, client } = await acceptedBooking(server);
      const body = { purpose: 'booking', subject: { kind: 'booking', id: booking } };
      const key = { 'Idempotency-Key': `crash-${booking}` };
      crash();
      expect((await client.post('/payments/intents', body, key)).status).toBe(500);
      const again = await client.post<{ payment: { id: string }; clientSecret: string }>(
        '/payments/intents',
        body,
        key,
      );
      expect(again.status).toBe(201);
      expect(again.data.clientSecret).toContain('_secret_');
      expect((await sandboxed(again.data.payment.id))?.status).toBe('pending');
    });

    it('is no matter to a webhook that comes before it is made good', async () => {
      const { id: booking, client } = await acceptedBooking(server);
      crash();
      expect((await pay(client, 'booking', booking)).status).toBe(500);
      const paymentId = await refusedFor(client, booking);
      must(await deliver(server, told('succeeded', paymentId)));
      expect((await seePayment(client, paymentId)).status).toBe('succeeded');
      await sweep(client);
      expect((await seePayment(client, paymentId)).status).toBe('succeeded');
      expect((await seeBooking(client, booking)).data.paidAt).toEqual(expect.any(String));
      await expectBalanced(server, paymentId);
    });
  });

  it.each<[string, When, () => object, string]>([
    [
      'after the row, before the provider is asked',
      'before',
      () => server.get(SandboxProvider),
      'refund',
    ],
    [
      'after the provider was asked, before its answer is recorded',
      'after',
      () => server.get(SandboxProvider),
      'refund',
    ],
    ['while the answer is recorded', 'before', () => server.get(RefundSettlement), 'settle'],
    ['after the answer was recorded', 'after', () => server.get(RefundSettlement), 'settle'],
  ])('of a refund %s ends with the money given back once', async (_, when, target, method) => {
    const { id, payer } = await paidBooking(server);
    crashAt(target(), method, when);
    const body = { amountMinor: 900, reason: 'It did not take place.' };
    const key = { 'Idempotency-Key': `crash-${id}` };
    expect((await admin.post(`/payments/${id}/refunds`, body, key)).status).toBe(500);
    await sweep(payer);
    await server.get(SandboxDeliveries).sweep();
    const again = await admin.post<{ status: string }>(`/payments/${id}/refunds`, body, key);
    expect([again.status, again.data.status]).toEqual([201, 'succeeded']);
    expect(await seePayment(payer, id)).toMatchObject({
      status: 'partially_refunded',
      refunded: { amountMinor: 900 },
      refunding: { amountMinor: 0 },
    });
    expect((await sandboxed(id))?.refundedMinor).toBe(900);
    await expectBalanced(server, id);
  });

  it.each<[string, When, () => object, string]>([
    [
      'after it was asked for, before the provider is',
      'before',
      () => server.get(SandboxProvider),
      'cancelIntent',
    ],
    [
      'after the provider was asked, before its answer is recorded',
      'after',
      () => server.get(SandboxProvider),
      'cancelIntent',
    ],
  ])('of a cancellation %s ends cancelled here and there', async (_, when, target, method) => {
    const { id, payer } = await pendingPayment(server);
    crashAt(target(), method, when);
    expect((await payer.post(`/payments/${id}/cancel`)).status).toBe(500);
    await sweep(payer);
    expect((await seePayment(payer, id)).status).toBe('cancelled');
    expect((await sandboxed(id))?.status).toBe('cancelled');
  });

  it('of a refund that is taken up after the provider forgot its key makes none twice', async () => {
    const { id, payer } = await paidBooking(server);
    crashAt(server.get(SandboxProvider), 'refund', 'after');
    expect((await refund(admin, id, 900)).status).toBe(500);
    // The news of it are lost, and a provider without the key would make another.
    jest.spyOn(server.get(SandboxDeliveries), 'sweep').mockResolvedValue();
    const again = jest.spyOn(server.get(SandboxProvider), 'refund').mockClear();
    await pass(server, 25 * HOUR, admin, payer);
    await server.get(PaymentSweeper).sweep();
    await server.get(PaymentSweeper).sweep();
    expect(again).not.toHaveBeenCalled();
    expect(await seePayment(payer, id)).toMatchObject({
      refunded: { amountMinor: 900 },
      refunding: { amountMinor: 0 },
    });
    await expectBalanced(server, id);
  });

  it('of a refund that the provider refused, and had made by a call before, is in the books with its news', async () => {
    const { id, payer } = await paidBooking(server);
    const provider = server.get(SandboxProvider);
    const real = provider.refund.bind(provider);
    jest.spyOn(provider, 'refund').mockImplementationOnce(async (input) => {
      await real(input);
      throw new ProviderRefusedError('It was given back already.');
    });
    must(await refund(admin, id));
    await server.get(SandboxDeliveries).sweep();
    await server.get(SandboxDeliveries).sweep();
    expect(await seePayment(payer, id)).toMatchObject({
      status: 'refunded',
      refunded: { amountMinor: 2500 },
      refunding: { amountMinor: 0 },
    });
    await expectBalanced(server, id);
  });

  it('of a webhook in the midst of its transaction leaves nothing, and the next delivery has the effect', async () => {
    const { id, payer, booking } = await pendingPayment(server);
    const event = told('succeeded', id);
    crashAt(server.get(PaymentEvents), 'append', 'after');
    expect((await deliver(server, event)).status).toBe(500);
    expect((await seePayment(payer, id)).status).toBe('pending');
    expect((await seeBooking(payer, booking)).data.paidAt).toBeNull();
    await expectBalanced(server, id);
    must(await deliver(server, event));
    expect((await seePayment(payer, id)).status).toBe('succeeded');
    await expectBalanced(server, id);
  });

  it('of a webhook between its commit and the answer has the effect once', async () => {
    const { id, payer } = await paidBooking(server);
    const event = told('refunded', id, { amountMinor: 400 });
    crashAt(server.get(WebhooksService), 'receive', 'after');
    expect((await deliver(server, event)).status).toBe(500);
    must(await deliver(server, event));
    expect((await seePayment(payer, id)).refunded.amountMinor).toBe(400);
    await expectBalanced(server, id);
  });

  it('of the sandbox between its own note and the delivery tells our webhook later', async () => {
    const { id, payer } = await pendingPayment(server);
    crashAt(server.get(SandboxDeliveries), 'deliver', 'before');
    expect((await confirm(payer, id, 'success')).status).toBe(500);
    await server.get(SandboxDeliveries).sweep();
    await server.get(SandboxDeliveries).sweep();
    expect((await seePayment(payer, id)).status).toBe('succeeded');
  });

  it('that loses every webhook of a payment leaves it to be given up after a day, with what the provider says', async () => {
    const { id, payer } = await pendingPayment(server);
    await server.connection
      .collection('sandbox_intents')
      .updateOne({ paymentId: id }, { $set: { status: 'succeeded' } });
    await pass(server, 25 * 60 * MINUTE, admin, payer);
    await sweep(payer);
    expect((await seePayment(payer, id)).status).toBe('succeeded');

    const abandoned = await pendingPayment(server);
    await pass(server, 25 * 60 * MINUTE, admin, abandoned.payer);
    await sweep(abandoned.payer);
    expect((await seePayment(abandoned.payer, abandoned.id)).status).toBe('cancelled');
  });
});
