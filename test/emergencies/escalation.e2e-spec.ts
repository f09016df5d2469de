import type { CommandStartedEvent } from 'mongodb';
import { generateVAPIDKeys } from 'web-push';
import { MINUTE, SECOND } from '../../src/common/time/clock';
import { must, register, type TestActor, uniquePhone, verifiedHelper } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { crowd } from '../support/crowd';
import {
  accept,
  cancel,
  decline,
  ledger,
  north,
  raise,
  resolve,
  sendAway,
  somewhere,
} from '../support/emergencies';
import { eventually } from '../support/eventually';
import { confirmEmail } from '../support/notifications';
import { mailsTo } from '../support/outbox';
import { TestPushService, type TestSubscription } from '../support/push';
import { pass, textsTo } from '../support/reach';
import { closeSockets, TestSocket } from '../support/sockets';

interface Notification {
  id: string;
  kind: string;
  subject: { kind: string; id: string };
}

describe('Alerts that nobody hears', () => {
  let server: TestApp;
  let pushes: TestPushService;

  beforeAll(async () => {
    pushes = await TestPushService.start();
    const { publicKey, privateKey } = generateVAPIDKeys();
    server = await startTestApp({
      monitorCommands: true,
      env: {
        VAPID_PUBLIC_KEY: publicKey,
        VAPID_PRIVATE_KEY: privateKey,
        PUSH_TO_LOOPBACK: 'on',
      },
    });
  });
  afterEach(closeSockets);
  afterAll(async () => {
    await server.close();
    await pushes.close();
  });

  async function device(person: TestActor): Promise<TestSubscription> {
    const subscription = pushes.subscribe();
    must(await person.post('/users/me/devices', subscription.toJSON()));
    return subscription;
  }

  /** Somebody who can be reached in some ways. */
  async function helper(
    place: { latitude: number; longitude: number },
    { push = false, phone = false } = {},
  ): Promise<{ actor: TestActor; device: TestSubscription; phone: string }> {
    const number = uniquePhone();
    const actor = await verifiedHelper(server, place, phone ? { phone: number } : {});
    const subscription = push ? await device(actor) : pushes.subscribe();
    return { actor, device: subscription, phone: number };
  }

  const inbox = async (person: TestActor): Promise<Notification[]> =>
    must(await person.get<{ items: Notification[] }>('/notifications')).data.items;
  const texts = async (phone: string) => (await textsTo(server, phone)).length;

  it('are pushed after 5 s and texted 10 s later, to each by what they have; whoever acknowledged is left in peace', async () => {
    const place = somewhere();
    const acking = await helper(north(place, 300), { push: true, phone: true });
    const silent = await helper(north(place, 400), { push: true, phone: true });
    const away = await helper(north(place, 500), { push: true, phone: true });
    const phoneOnly = await helper(north(place, 600), { phone: true });
    const nothing = await helper(north(place, 700));
    const acked = await TestSocket.connect(acking.actor);
    await TestSocket.connect(silent.actor, { acknowledges: false });

    const requester = await register(server, { displayName: 'Rita Requester' });
    const { id } = must(await raise(requester, { location: place })).data;
    await acked.event('emergency.created');
    await eventually(async () => {
      const { counts } = must(await ledger(requester, id)).data;
      expect(counts).toMatchObject({ delivered: 1, sent: 1, queued: 3 });
    });

    await pass(server, 4 * SECOND);
    expect(pushes.taken).toHaveLength(0);
    expect(await inbox(acking.actor)).toHaveLength(0);

    await pass(server, SECOND);
    for (const { device: subscription } of [silent, away]) {
      expect(pushes.read(subscription)).toHaveLength(1);
      expect(pushes.takenBy(subscription)[0]?.headers).toMatchObject({ urgency: 'high' });
    }
    expect(pushes.read(acking.device)).toHaveLength(0);
    // To whom nothing can be pushed a text goes at once.
    expect(await texts(phoneOnly.phone)).toBe(1);
    for (const { phone } of [acking, silent, away]) expect(await texts(phone)).toBe(0);

    await pass(server, 10 * SECOND);
    expect(await texts(silent.phone)).toBe(1);
    expect(await texts(away.phone)).toBe(1);
    expect(await texts(acking.phone)).toBe(0);

    await pass(server, 5 * MINUTE);
    expect(pushes.taken).toHaveLength(2);
    for (const { phone } of [silent, away, phoneOnly]) expect(await texts(phone)).toBe(1);

    for (const { actor } of [acking, silent, away, phoneOnly, nothing]) {
      expect(await inbox(actor)).toEqual([
        expect.objectContaining({ kind: 'emergency.alert', subject: { kind: 'emergency', id } }),
      ]);
    }
    expect(await inbox(requester)).toEqual([]);
  });

  it('tell nothing personal and no place on the way', async () => {
    const place = somewhere();
    const { device: subscription, phone } = await helper(north(place, 300), {
      push: true,
      phone: true,
    });
    const requester = await register(server, { displayName: 'Rita Requester' });
    const { id } = must(
      await raise(requester, { location: place, description: 'Under the old bridge' }),
    ).data;
    await pass(server, 5 * SECOND);
    await pass(server, 10 * SECOND);
    const [push = ''] = pushes.read(subscription);
    const [text] = await textsTo(server, phone);
    expect(JSON.parse(push)).toEqual({
      id: expect.any(String),
      kind: 'emergency.alert',
      subject: { kind: 'emergency', id },
      title: expect.any(String),
    });
    for (const message of [push, text?.text ?? '']) {
      expect(message).toContain(id);
      expect(message).not.toMatch(/Rita|bridge|medical/);
      expect(message).not.toContain(String(place.latitude).slice(0, 6));
    }
  });

  it.each([
    [
      'acknowledged',
      async ({ actor }: { actor: TestActor }) => {
        const socket = await TestSocket.connect(actor);
        await socket.event('emergency.created');
      },
    ],
    [
      'declined',
      async ({ actor }: { actor: TestActor }, id: string) => void must(await decline(actor, id)),
    ],
    [
      'accepted',
      async ({ actor }: { actor: TestActor }, id: string) => void must(await accept(actor, id)),
    ],
  ])('are not texted once they are %s', async (_, hear) => {
    const place = somewhere();
    const heard = await helper(north(place, 300), { push: true, phone: true });
    const requester = await register(server);
    const { id } = must(await raise(requester, { location: place })).data;
    await pass(server, 5 * SECOND);
    expect(pushes.read(heard.device)).toHaveLength(1);
    await hear(heard, id);
    await eventually(async () => {
      expect(must(await ledger(requester, id)).data.counts.queued).toBe(0);
    });
    await pass(server, 10 * SECOND);
    expect(await texts(heard.phone)).toBe(0);
    must(await cancel(requester, id));
  });

  it('are dropped that were on their way when the alert was heard', async () => {
    const place = somewhere();
    const heard = await helper(north(place, 300), { push: true });
    pushes.answer(heard.device, 503);
    const requester = await register(server);
    const { id } = must(await raise(requester, { location: place })).data;
    await pass(server, 5 * SECOND);
    expect(pushes.takenBy(heard.device)).toHaveLength(1);
    const attempts = async () => must(await ledger(requester, id)).data.items[0]?.attempts;
    expect(await attempts()).toEqual([
      { channel: 'push', status: 'pending', at: expect.any(String) },
    ]);
    must(await accept(heard.actor, id));
    pushes.answer(heard.device, 201);
    await pass(server, 5 * SECOND);
    expect(pushes.takenBy(heard.device)).toHaveLength(1);
    expect(await attempts()).toEqual([
      { channel: 'push', status: 'dropped', at: expect.any(String) },
    ]);
    must(await resolve(requester, id));
  });

  it('of an SOS that ended within 5 s make no sound, and are found in the inbox', async () => {
    const place = somewhere();
    const late = await helper(north(place, 300), { push: true, phone: true });
    const requester = await register(server);
    const { id } = must(await raise(requester, { location: place })).data;
    await pass(server, 3 * SECOND);
    must(await cancel(requester, id));
    await pass(server, 30 * SECOND);
    expect(pushes.read(late.device)).toHaveLength(0);
    expect(await texts(late.phone)).toBe(0);
    expect(await inbox(late.actor)).toHaveLength(1);
  });

  it('that were taken back within 5 s tell nothing at all', async () => {
    const place = somewhere();
    const blocked = await helper(north(place, 300), { push: true, phone: true });
    const requester = await register(server);
    const { id } = must(await raise(requester, { location: place })).data;
    must(await requester.put(`/users/me/blocks/${blocked.actor.id}`));
    await pass(server, 5 * SECOND);
    await pass(server, 10 * SECOND);
    expect(pushes.read(blocked.device)).toHaveLength(0);
    expect(await texts(blocked.phone)).toBe(0);
    expect(await inbox(blocked.actor)).toHaveLength(0);
    must(await cancel(requester, id));
  });

  it('reach again whoever is alerted again, after the last responder was sent away', async () => {
    const place = somewhere();
    const first = await helper(north(place, 300), { push: true });
    const coming = await helper(north(place, 400));
    const requester = await register(server);
    const { id } = must(await raise(requester, { location: place })).data;
    await pass(server, 5 * SECOND);
    must(await accept(coming.actor, id));
    must(await sendAway(requester, id, coming.actor));
    await eventually(async () => {
      const { items } = must(await ledger(requester, id)).data;
      expect(items.map(({ attempt }) => attempt)).toContain(2);
    });
    await pass(server, 5 * SECOND);
    expect(pushes.read(first.device)).toHaveLength(2);
    must(await cancel(requester, id));
  });

  it('show in the ledger what was tried, to requester and moderators, and not whose it is', async () => {
    const place = somewhere();
    const away = await helper(north(place, 300), { push: true, phone: true });
    const requester = await register(server);
    const { id } = must(await raise(requester, { location: place })).data;
    await pass(server, 5 * SECOND);
    await pass(server, 10 * SECOND);
    const { data, text } = must(await ledger(requester, id));
    expect(data.items).toEqual([
      expect.objectContaining({
        status: 'queued',
        attempts: [
          { channel: 'push', status: 'sent', at: expect.any(String) },
          { channel: 'sms', status: 'sent', at: expect.any(String) },
        ],
      }),
    ]);
    for (const secret of [away.actor.id, away.phone, away.device.endpoint]) {
      expect(text).not.toContain(secret);
    }
    expect((await ledger(away.actor, id)).status).toBe(403);
  });

  it('forget a device whose subscription has ended, and text at its time all the same', async () => {
    const place = somewhere();
    const gone = await helper(north(place, 300), { push: true, phone: true });
    pushes.answer(gone.device, 410);
    const requester = await register(server);
    const { id } = must(await raise(requester, { location: place })).data;
    await pass(server, 5 * SECOND);
    expect(
      must(await gone.actor.get<{ items: unknown[] }>('/users/me/devices')).data.items,
    ).toEqual([]);
    await pass(server, 10 * SECOND);
    expect(await texts(gone.phone)).toBe(1);
    must(await cancel(requester, id));
  });

  it('go the ways that somebody chose: no waiting for a push that they do not want, and mail where they want that', async () => {
    const place = somewhere();
    const choose = async (actor: TestActor, emergencies: Record<string, boolean>) =>
      void must(
        await actor.put('/users/me/notification-preferences', {
          locale: 'en',
          channels: { emergencies },
          quietHours: null,
        }),
      );
    const unpushed = await helper(north(place, 300), { push: true, phone: true });
    await choose(unpushed.actor, { push: false });
    const mailed = await helper(north(place, 400), { push: true, phone: true });
    await choose(mailed.actor, { push: false, sms: false, email: true });
    await confirmEmail(server, mailed.actor);
    const requester = await register(server);
    const { id } = must(await raise(requester, { location: place })).data;
    await pass(server, 5 * SECOND);
    expect(await texts(unpushed.phone)).toBe(1);
    expect(await texts(mailed.phone)).toBe(0);
    const mails = await mailsTo(server, mailed.actor.email);
    expect(mails.filter(({ text }) => text.includes(id))).toHaveLength(1);
    expect(pushes.read(unpushed.device)).toHaveLength(0);
    expect(pushes.read(mailed.device)).toHaveLength(0);
    must(await cancel(requester, id));
  });

  it('write nothing more into the transaction of an SOS, for fifty helpers or for one', async () => {
    const commandsOf = async (helpers: number): Promise<string[]> => {
      const place = somewhere();
      await crowd(
        server,
        Array.from({ length: helpers }, (_, index) => ({ place: north(place, 300 + index) })),
      );
      const requester = await register(server);
      must(await requester.post('/users/me/contacts', { name: 'Ada', email: 'ada@example.org' }));
      const transactions = new Map<string, string[]>();
      const listen = ({ commandName, command }: CommandStartedEvent): void => {
        if (command.txnNumber === undefined || !command.lsid) return;
        const key = `${command.lsid.id.toString('hex')} ${command.txnNumber}`;
        const what = `${commandName} ${String(command[commandName])}`;
        transactions.set(key, [...(transactions.get(key) ?? []), what]);
      };
      const client = server.connection.getClient();
      client.on('commandStarted', listen);
      const { id } = must(await raise(requester, { location: place })).data;
      client.off('commandStarted', listen);
      must(await cancel(requester, id));
      return [...transactions.values()].find((one) => one.includes('insert emergencies')) ?? [];
    };
    const expected = [
      'insert emergencies',
      'insert events',
      'insert alerts',
      'commitTransaction 1',
    ];
    expect(await commandsOf(1)).toEqual(expected);
    expect(await commandsOf(50)).toEqual(expected);
  });
});
