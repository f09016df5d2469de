import { Types } from 'mongoose';
import { DAY, HOUR, MINUTE } from '../../src/common/time/clock';
import { TransactionRunner } from '../../src/common/database/transaction-runner';
import { DeliveryFailure } from '../../src/modules/notifications/channels/delivery-failure';
import { MailTransport } from '../../src/modules/notifications/channels/email/mail-transport';
import { Composers } from '../../src/modules/notifications/deliveries/composers';
import {
  DeliveryQueue,
  LEASE_MS,
  type NewDelivery,
} from '../../src/modules/notifications/deliveries/delivery-queue';
import { DeliveryWorker } from '../../src/modules/notifications/deliveries/delivery-worker';
import { MOST_ATTEMPTS } from '../../src/modules/notifications/deliveries/retry-delay';
import { ORDINARY, type Delivery } from '../../src/modules/notifications/schemas/delivery.schema';
import { must, staff, type TestActor } from '../support/actors';
import type { TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import { Scrape } from '../support/metrics';
import { deliveries, sendAll } from '../support/notifications';
import { startTwoNodes } from '../support/race';

type Send = MailTransport['send'];

const KIND = 'test.message';

/** What the mail servers of both nodes were given, by the key of the message. */
class MailServers {
  readonly taken: string[] = [];
  private readonly spies: jest.SpyInstance[] = [];

  use(node: TestApp, send: Send = () => Promise.resolve()): void {
    const spy = jest.spyOn(node.get(MailTransport), 'send').mockImplementation(async (mail) => {
      await send(mail);
      this.taken.push(mail.key ?? '');
    });
    this.spies.push(spy);
  }

  restore(): void {
    for (const spy of this.spies) spy.mockRestore();
  }
}

describe('The workers of two nodes', () => {
  let server: TestApp;
  let node: TestApp;
  let close: () => Promise<void>;
  let moderator: TestActor;
  let servers: MailServers;

  beforeAll(async () => {
    ({ server, node, close } = await startTwoNodes());
    for (const one of [server, node]) {
      one.get(Composers).register(KIND, ({ key, params }) => {
        if (params.poison) throw new Error('poison');
        return Promise.resolve({ to: `${key}@example.org`, content: { subject: 'x', text: 'y' } });
      });
    }
    moderator = await staff(server, 'moderator');
    await sendAll(server);
    await deliveries(server).deleteMany({});
  });

  beforeEach(() => {
    servers = new MailServers();
  });

  afterEach(async () => {
    servers.restore();
    await deliveries(server).deleteMany({});
  });

  afterAll(() => close());

  const message = (key: string, more: Partial<NewDelivery> = {}): NewDelivery => ({
    key,
    channel: 'email',
    user: null,
    kind: KIND,
    subject: { kind: 'user', id: new Types.ObjectId() },
    ...more,
  });

  const queue = (rows: NewDelivery[]): Promise<void> =>
    server.get(TransactionRunner).run((session) => server.get(DeliveryQueue).add(session, rows));

  const row = async (key: string): Promise<Delivery> => {
    const found = await deliveries(server).findOne({ key });
    if (!found) throw new Error(`No row ${key}`);
    return found;
  };

  const settled = async (): Promise<void> => {
    await Promise.all([server, node].map((one) => one.get(DeliveryWorker).settled()));
  };

  const pass = async (milliseconds: number): Promise<void> => {
    for (const one of [server, node]) one.clock.advance(milliseconds);
    await settled();
  };

  it('send each of 200 messages, and none of them twice', async () => {
    servers.use(server);
    servers.use(node);
    await queue(Array.from({ length: 200 }, (_, index) => message(`many-${index}`)));
    await eventually(async () => {
      await settled();
      expect(await deliveries(server).countDocuments({ kind: KIND, status: 'sent' })).toBe(200);
    });
    expect(servers.taken).toHaveLength(200);
    expect(new Set(servers.taken).size).toBe(200);
    expect((await row('many-7')).log).toEqual([{ at: expect.any(Date), result: 'sent' }]);
  });

  it('queue a message once for each key, however often its cause is told', async () => {
    servers.use(server);
    servers.use(node);
    await Promise.all([queue([message('once')]), queue([message('once')])]);
    await queue([message('once')]);
    await settled();
    expect(servers.taken).toHaveLength(1);
  });

  it('queue nothing where the transaction of its cause is undone', async () => {
    servers.use(server);
    servers.use(node);
    const undone = server.get(TransactionRunner).run(async (session) => {
      await server.get(DeliveryQueue).add(session, [message('undone')]);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await settled();
    expect(servers.taken).toEqual([]);
  });

  it('send what a node died with, once its lease has ended', async () => {
    servers.use(server);
    servers.use(node);
    const channel = jest.spyOn(server.get(DeliveryWorker), 'sweep').mockResolvedValue();
    await queue([message('orphan', { dueAt: new Date(server.clock.now().getTime() + HOUR) })]);
    for (const one of [server, node]) one.clock.advance(HOUR);
    // Taken by a node that does nothing more.
    const taken = await server.get(DeliveryQueue).claim('email', ORDINARY);
    expect(taken?.key).toBe('orphan');
    await settled();
    expect(servers.taken).toEqual([]);
    await pass(LEASE_MS);
    expect(servers.taken).toHaveLength(1);
    expect(await row('orphan')).toMatchObject({ status: 'sent', attempts: 2 });
    channel.mockRestore();
  });

  it('ignore the result of a node that was paused while another has the message', async () => {
    const waiting: { fail: (failure: Error) => void; take: () => void }[] = [];
    const hang: Send = () => new Promise((take, fail) => waiting.push({ take, fail }));
    servers.use(server, hang);
    servers.use(node, hang);
    await queue([message('paused')]);
    await eventually(() => expect(waiting).toHaveLength(1));
    for (const one of [server, node]) one.clock.advance(LEASE_MS);
    await eventually(() => expect(waiting).toHaveLength(2));
    const [paused, other] = waiting;
    // Unfenced, this would make it a dead letter.
    paused?.fail(new DeliveryFailure('rejected', 'smtp_550'));
    await new Promise((resolve) => setImmediate(resolve));
    other?.take();
    await settled();
    expect(await row('paused')).toMatchObject({
      status: 'sent',
      attempts: 2,
      log: [{ result: 'sent' }],
    });
  });

  it('do not send what they took before they were paused for longer than the lease', async () => {
    servers.use(server);
    servers.use(node);
    let composed = 0;
    for (const one of [server, node]) {
      one.get(Composers).register('test.slow', () => {
        composed += 1;
        // The first who composes it sleeps in between.
        if (composed === 1) for (const each of [server, node]) each.clock.advance(LEASE_MS);
        return Promise.resolve({ to: 'slow@example.org', content: { subject: 'x', text: 'y' } });
      });
    }
    await queue([message('slow', { kind: 'test.slow' })]);
    await eventually(async () => expect((await row('slow')).status).toBe('sent'));
    await settled();
    expect(servers.taken).toHaveLength(1);
    expect(composed).toBe(2);
  });

  it('go on with the others where one cannot be written', async () => {
    servers.use(server);
    servers.use(node);
    const poison = Array.from({ length: 10 }, (_, index) =>
      message(`poison-${index}`, { params: { poison: true } }),
    );
    await queue([...poison, message('healthy-1'), message('healthy-2')]);
    await settled();
    expect(servers.taken).toHaveLength(2);
    expect(await row('poison-1')).toMatchObject({ status: 'pending', log: [{ result: 'error' }] });
  });

  it('give up after twelve attempts; a moderator sees it without address and text, and has it tried again', async () => {
    let away = true;
    const send: Send = () =>
      away ? Promise.reject(new DeliveryFailure('retry', 'smtp_451')) : Promise.resolve();
    servers.use(server, send);
    servers.use(node, send);
    await queue([message('tired')]);
    await settled();
    for (let attempt = 1; attempt < MOST_ATTEMPTS; attempt += 1) {
      expect(await row('tired')).toMatchObject({ status: 'pending', attempts: attempt });
      await pass(HOUR + MINUTE);
    }
    moderator = await moderator.logIn();
    const { items } = must(
      await moderator.get<{ items: Record<string, unknown>[] }>('/admin/notifications/dead'),
    ).data;
    const [letter] = items;
    expect(items).toHaveLength(1);
    expect(letter).toMatchObject({
      channel: 'email',
      kind: KIND,
      status: 'dead',
      attempts: MOST_ATTEMPTS,
    });
    expect(letter?.log).toHaveLength(MOST_ATTEMPTS);
    expect(JSON.stringify(letter)).not.toContain('example.org');
    await pass(24 * HOUR);
    expect((await row('tired')).attempts).toBe(MOST_ATTEMPTS);

    away = false;
    moderator = await moderator.logIn();
    const retry = `/admin/notifications/${String(letter?.id)}/retry`;
    expect(must(await moderator.post(retry)).data).toMatchObject({
      status: 'pending',
      attempts: 0,
    });
    await settled();
    expect((await row('tired')).status).toBe('sent');
    const again = await moderator.post(retry);
    expect([again.status, again.error?.code, again.error?.details]).toEqual([
      409,
      'INVALID_TRANSITION',
      { status: 'sent' },
    ]);
    const missing = await moderator.post(
      `/admin/notifications/${new Types.ObjectId().toHexString()}/retry`,
    );
    expect(missing.status).toBe(404);
  });

  it('are led back by one of two moderators who retry at once', async () => {
    const refuse: Send = () => Promise.reject(new DeliveryFailure('rejected', 'smtp_550'));
    servers.use(server, refuse);
    servers.use(node, refuse);
    await queue([message('twice')]);
    await settled();
    const { _id } = await row('twice');
    moderator = await moderator.logIn();
    const retry = () => moderator.post(`/admin/notifications/${_id.toHexString()}/retry`);
    const answers = await Promise.all([retry(), retry()]);
    // The second may find it dead again already: refused twice over.
    expect(answers.map(({ status }) => status)).toContain(200);
    await settled();
    expect((await row('twice')).status).toBe('dead');
  });

  it('bury at once what a provider refuses for good, and drop what is worth nothing any more', async () => {
    const refuse: Send = () => Promise.reject(new DeliveryFailure('rejected', 'smtp_550'));
    servers.use(server, refuse);
    servers.use(node, refuse);
    const before = await Scrape.of(server);
    expect(before.samples.some(({ name }) => name === 'allynet_deliveries_total')).toBe(true);
    const now = server.clock.now();
    await queue([
      message('refused'),
      message('too-late', { expiresAt: new Date(now.getTime() - 1) }),
    ]);
    await settled();
    expect(await row('refused')).toMatchObject({ status: 'dead', attempts: 1 });
    expect(await row('too-late')).toMatchObject({
      status: 'dropped',
      log: [{ result: 'expired' }],
    });
  });

  it('wait as long as the provider asks for', async () => {
    const busy: Send = () => Promise.reject(new DeliveryFailure('retry', 'http_429', 7200));
    servers.use(server, busy);
    servers.use(node, busy);
    await queue([message('busy')]);
    await settled();
    const { dueAt, log } = await row('busy');
    expect(dueAt.getTime() - (log[0]?.at.getTime() ?? 0)).toBeGreaterThan(7100 * 1000);
  });

  it.each([1e9, 1e30])('wait a day at most, also where a provider asks for %d s', async (asked) => {
    servers.use(server, () => Promise.reject(new DeliveryFailure('retry', 'http_429', asked)));
    servers.use(node, () => Promise.reject(new DeliveryFailure('retry', 'http_429', asked)));
    await queue([message(`for ever ${asked}`)]);
    await settled();
    const { dueAt, attempts } = await row(`for ever ${asked}`);
    expect(attempts).toBe(1);
    const now = server.clock.now().getTime();
    expect(dueAt.getTime()).toBeGreaterThan(now + 23 * HOUR);
    expect(dueAt.getTime()).toBeLessThan(now + 2 * DAY);
  });

  it('send an SOS before ordinary messages that were due long before', async () => {
    servers.use(server);
    servers.use(node);
    const due = new Date(server.clock.now().getTime() + HOUR);
    const ordinary = Array.from({ length: 50 }, (_, index) =>
      message(`mail-${index}`, { dueAt: due }),
    );
    await queue([...ordinary, message('sos', { dueAt: due, urgent: true })]);
    const sos = (await row('sos'))._id.toHexString();
    await pass(HOUR);
    expect(servers.taken.indexOf(sos)).toBeLessThan(10);
  });
});
