import { randomBytes } from 'node:crypto';
import { Types } from 'mongoose';
import { DAY } from '../../src/common/time/clock';
import type { Sweeper } from '../../src/common/sweeper/sweeper';
import { SandboxDeliveries } from '../../src/modules/payments/providers/sandbox/sandbox-deliveries';
import { SandboxRenewals } from '../../src/modules/payments/providers/sandbox/sandbox-renewals';
import type {
  SubscriptionDto,
  SubscriptionPaymentDto,
} from '../../src/modules/subscriptions/dto/subscription.view.dto';
import { SubscriptionSweeper } from '../../src/modules/subscriptions/subscription.sweeper';
import { type Json, must, register, type TestActor } from './actors';
import type { TestApp } from './app';
import { openBusiness } from './businesses';
import { found } from './organizations';
import { confirm, deliver } from './payments';

export type SubscriberKind = 'organization' | 'business';

/** A period of the sandbox. */
export const PERIOD = 30 * DAY;

export const subscribe = (payer: TestActor, kind: SubscriberKind, id: string, tier = 'plus') =>
  payer.post<SubscriptionPaymentDto>('/subscriptions', {
    plan: `${kind}_${tier}`,
    subject: { kind, id },
  });

export const change = (payer: TestActor, id: string, plan: string) =>
  payer.post<SubscriptionPaymentDto>(`/subscriptions/${id}/change`, { plan });

export const cancel = (actor: TestActor, id: string) =>
  actor.post<SubscriptionDto>(`/subscriptions/${id}/cancel`);

export const subscriptions = async (actor: TestActor): Promise<SubscriptionDto[]> =>
  must(await actor.get<{ items: SubscriptionDto[] }>('/subscriptions')).data.items;

export async function seeSubscription(actor: TestActor, id: string): Promise<SubscriptionDto> {
  const found_ = (await subscriptions(actor)).find((one) => one.id === id);
  if (!found_) throw new Error(`${id} is not listed`);
  return found_;
}

export interface Subscribed {
  /** Of the subscription. */
  id: string;
  payer: TestActor;
  subject: string;
  payment: string;
}

export async function subject(payer: TestActor, kind: SubscriberKind): Promise<string> {
  return (kind === 'organization' ? await found(payer) : await openBusiness(payer)).id;
}

/** A subscription whose first payment waits. */
export async function begun(
  server: TestApp,
  {
    kind = 'organization',
    tier = 'plus',
    payer,
  }: { kind?: SubscriberKind; tier?: string; payer?: TestActor } = {},
): Promise<Subscribed> {
  const who = payer ?? (await register(server));
  const id = await subject(who, kind);
  const { subscription, payment } = must(await subscribe(who, kind, id, tier)).data;
  if (!payment) throw new Error('There is something to pay.');
  return { id: subscription.id, payer: who, subject: id, payment: payment.id };
}

/** One that is paid and active. */
export async function subscribed(
  server: TestApp,
  options: Parameters<typeof begun>[1] = {},
): Promise<Subscribed> {
  const made = await begun(server, options);
  must(await confirm(made.payer, made.payment, 'success'));
  return made;
}

/** What the sandbox would tell of a subscription. */
export const tellOf = (server: TestApp, type: string, id: string, data: Json = {}, event = '') =>
  deliver(server, {
    id: event || `evt_${randomBytes(8).toString('hex')}`,
    type: `subscription.${type}`,
    data: { subscriptionId: id, ...data },
  });

/** The sandbox's clock strikes, its news arrive, and what is due here is done. */
export async function strike(server: TestApp): Promise<void> {
  for (const kind of [SandboxRenewals, SandboxDeliveries, SubscriptionSweeper]) {
    // The first may join a round that began before.
    await server.get<Sweeper>(kind).sweep();
    await server.get<Sweeper>(kind).sweep();
  }
}

/** Time passes; people who were away log in again. */
export async function pass(server: TestApp, ms: number, ...people: TestActor[]): Promise<void> {
  server.clock.advance(ms);
  await strike(server);
  for (const person of people) person.token = (await person.logIn()).token;
}

export const rowOf = (server: TestApp, id: string) =>
  server.connection.collection('subscriptions').findOne({ _id: new Types.ObjectId(id) });

export const paymentsOf = (server: TestApp, id: string) =>
  server.connection
    .collection('payments')
    .find({ 'subject.id': new Types.ObjectId(id) })
    .sort({ _id: 1 })
    .toArray();

export const sandboxOf = (server: TestApp, id: string) =>
  server.connection.collection<Json & { _id: string }>('sandbox_subscriptions').findOne({
    _id: `sbs_${id}`,
  });
