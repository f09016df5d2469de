import { randomBytes } from 'node:crypto';
import { Types } from 'mongoose';
import { SANDBOX_SIGNATURE } from '../../src/modules/payments/providers/sandbox/sandbox-signature';
import type {
  PaymentDto,
  PaymentIntentDto,
  RefundDto,
} from '../../src/modules/payments/dto/payment.view.dto';
import { Ledger } from '../../src/modules/payments/ledger';
import { sign } from '../../src/modules/payments/webhooks/signature';
import { call, type Json, must, register, type TestActor } from './actors';
import type { TestApp } from './app';
import { act, book, offer, times } from './skills';

/** What the sandbox signs with where the environment says nothing. */
export const SANDBOX_SECRET = 'sandbox-signs-with-this-outside-production';

export interface Price {
  amountMinor: number;
  currency: string;
}

/** A booking that its owner has accepted, for a fixed price: what is paid in most tests. */
export async function acceptedBooking(
  server: Pick<TestApp, 'url' | 'clock'>,
  price: Price = { amountMinor: 2500, currency: 'EUR' },
  client?: TestActor,
): Promise<{ id: string; client: TestActor; owner: TestActor }> {
  const owner = await register(server);
  const payer = client ?? (await register(server));
  const skill = await offer(owner, { pricing: { type: 'fixed', ...price } });
  const { id } = must(await book(payer, skill.id, times(server, 24))).data;
  must(await act(owner, id, 'accept'));
  return { id, client: payer, owner };
}

export const pay = (payer: TestActor, purpose: string, id: string, body: Json = {}) =>
  payer.post<PaymentIntentDto>('/payments/intents', {
    purpose,
    subject: { kind: purpose, id },
    ...body,
  });

export const confirm = (payer: TestActor, id: string, outcome?: string) =>
  payer.post<PaymentDto>(`/payments/${id}/sandbox/confirm`, outcome ? { outcome } : {});

export const seePayment = async (actor: TestActor, id: string): Promise<PaymentDto> =>
  must(await actor.get<PaymentDto>(`/payments/${id}`)).data;

export const refund = (admin: TestActor, id: string, amountMinor?: number) =>
  admin.post<RefundDto>(`/payments/${id}/refunds`, {
    reason: 'It did not take place.',
    ...(amountMinor === undefined ? {} : { amountMinor }),
  });

/** A payment of a booking that waits for its payer. */
export async function pendingPayment(
  server: TestApp,
  price?: Price,
): Promise<{ id: string; payer: TestActor; booking: string }> {
  const { id: booking, client } = await acceptedBooking(server, price);
  const { payment } = must(await pay(client, 'booking', booking)).data;
  return { id: payment.id, payer: client, booking };
}

export async function paidBooking(
  server: TestApp,
  price?: Price,
): Promise<{ id: string; payer: TestActor; booking: string }> {
  const pending = await pendingPayment(server, price);
  must(await confirm(pending.payer, pending.id, 'success'));
  return pending;
}

export interface Told {
  id: string;
  type: string;
  data: Json;
}

export const told = (type: string, paymentId: string, data: Json = {}): Told => ({
  id: `evt_${randomBytes(8).toString('hex')}`,
  type: `payment.${type}`,
  data: { paymentId, ...data },
});

interface Delivery {
  secret?: string;
  at?: Date;
  signature?: string;
}

/** What the sandbox sends to our webhook, signed by whoever knows the secret. */
export function deliver(
  server: Pick<TestApp, 'url' | 'clock'>,
  event: Json | Told,
  { secret = SANDBOX_SECRET, at = server.clock.now(), signature }: Delivery = {},
) {
  // As `call` sends it.
  const body = JSON.stringify(event);
  const header = signature ?? sign(body, [secret], at);
  return call(server, 'POST', '/payments/webhooks/sandbox', event, {
    headers: { [SANDBOX_SIGNATURE]: header },
  });
}

/** Whether what the ledger says of a payment is what the payment says. */
export async function expectBalanced(server: TestApp, id: string): Promise<void> {
  const _id = new Types.ObjectId(id);
  const payment = await server.connection.collection('payments').findOne({ _id });
  const balances = await server.get(Ledger).balances(_id);
  const held = Number(payment?.capturedMinor) - Number(payment?.refundedMinor);
  const moved = Number(payment?.capturedMinor) > 0;
  expect(balances).toEqual(moved ? [{ amountMinor: held, currency: payment?.currency }] : []);
  expect(payment?.refundedMinor).toBeLessThanOrEqual(Number(payment?.capturedMinor));
}
