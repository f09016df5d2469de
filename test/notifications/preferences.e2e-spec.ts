import { Types } from 'mongoose';
import { TransactionRunner } from '../../src/common/database/transaction-runner';
import { DAY, HOUR } from '../../src/common/time/clock';
import { type Notice, Notices } from '../../src/modules/notifications/notices';
import { URGENT } from '../../src/modules/notifications/schemas/delivery.schema';
import { type Json, must, register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { helpScene, offer } from '../support/help-requests';
import { confirmEmail, deliveries, inboxOf, sendAll } from '../support/notifications';
import { mailsTo } from '../support/outbox';

const PATH = '/users/me/notification-preferences';
const ALL_BUT_SMS = { push: true, email: true, sms: false };

describe('How people want to be told', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });

  afterAll(() => server.close());

  const choose = async (actor: TestActor, choice: Json): Promise<void> => {
    must(await actor.put(PATH, { locale: 'en', channels: {}, quietHours: null, ...choice }));
  };

  const notify = (notices: Notice[]): Promise<void> =>
    server.get(TransactionRunner).run((session) => server.get(Notices).notify(session, notices));

  const notice = (to: TestActor, kind: Notice['kind'], more: Partial<Notice> = {}): Notice => {
    const id = new Types.ObjectId();
    return {
      to: to.objectId,
      kind,
      subject: { kind: 'emergency', id },
      key: id.toHexString(),
      ...more,
    };
  };

  const channelsOf = async (actor: TestActor, kind: string): Promise<string[]> => {
    const rows = await deliveries(server).find({ user: actor.objectId, kind }).toArray();
    return rows.map(({ channel }) => channel).toSorted();
  };

  it('is by push and mail until they say otherwise, by push and SMS for an SOS', async () => {
    const sam = await register(server);
    expect(must(await sam.get(PATH)).data).toEqual({
      locale: 'en',
      channels: {
        emergencies: { push: true, email: false, sms: true },
        help: ALL_BUT_SMS,
        bookings: ALL_BUT_SMS,
        organizations: ALL_BUT_SMS,
        businesses: ALL_BUT_SMS,
        payments: ALL_BUT_SMS,
        account: ALL_BUT_SMS,
      },
      quietHours: null,
    });
  });

  it('is replaced as a whole', async () => {
    const sam = await register(server);
    const quietHours = { timeZone: 'Europe/Berlin', from: '22:00', to: '07:00' };
    const first = { locale: 'de', channels: { help: { email: false } }, quietHours };
    const answer = must(await sam.put(PATH, first)).data;
    expect(answer).toMatchObject({
      locale: 'de',
      quietHours,
      channels: { help: { push: true, email: false } },
    });
    expect(must(await sam.get(PATH)).data).toEqual(answer);
    await choose(sam, {});
    expect(must(await sam.get(PATH)).data).toMatchObject({
      locale: 'en',
      quietHours: null,
      channels: { help: ALL_BUT_SMS },
    });
  });

  it.each<[string, Json]>([
    ['an unknown language', { locale: 'xx' }],
    ['an unknown category', { channels: { weather: { push: true } } }],
    ['an unknown channel', { channels: { help: { pigeon: true } } }],
    ['a channel that is no switch', { channels: { help: { push: 'yes' } } }],
    ['null for a channel', { channels: { help: { push: null } } }],
    ['null for a category', { channels: { help: null } }],
    ['no channels', { channels: null }],
    ['an unknown zone', { quietHours: { timeZone: 'Mars/Olympus', from: '22:00', to: '07:00' } }],
    ['no time', { quietHours: { timeZone: 'UTC', from: '25:00', to: '07:00' } }],
    ['a day without an end', { quietHours: { timeZone: 'UTC', from: '07:00', to: '07:00' } }],
    ['half of the hours', { quietHours: { timeZone: 'UTC', from: '07:00' } }],
    ['no word on quiet hours', { quietHours: undefined }],
  ])('is not %s', async (_, choice) => {
    const sam = await register(server);
    const body = { locale: 'en', channels: {}, quietHours: null, ...choice };
    const { status, error } = await sam.put(PATH, body);
    expect([status, error?.code]).toEqual([400, 'VALIDATION_FAILED']);
  });

  it('goes for mail and not for the inbox, which gets everything', async () => {
    const { requester, helpers, id } = await helpScene(server, 1);
    const [helper] = helpers as [TestActor];
    await confirmEmail(server, requester);
    await choose(requester, { channels: { help: { email: false } } });
    must(await offer(helper, id));
    expect(await inboxOf(requester)).toHaveLength(1);
    expect(await channelsOf(requester, 'help_offer.created')).toEqual([]);
  });

  it('holds mail back in quiet hours, which an SOS ignores', async () => {
    const { requester, helpers, id } = await helpScene(server, 1);
    const [helper] = helpers as [TestActor];
    await confirmEmail(server, requester);
    must(await requester.patch('/users/me', { phone: '+4930123456' }));
    const now = server.clock.now();
    const clock = (date: Date): string => date.toISOString().slice(11, 16);
    await choose(requester, {
      quietHours: {
        timeZone: 'UTC',
        from: clock(new Date(now.getTime() - HOUR)),
        to: clock(new Date(now.getTime() + 2 * HOUR)),
      },
    });
    must(await offer(helper, id));
    await notify([notice(requester, 'emergency.alert')]);
    await sendAll(server);
    const mails = async () =>
      (await mailsTo(server, requester.email)).map(({ subject }) => subject);
    expect(await inboxOf(requester)).toHaveLength(2);
    expect(await mails()).not.toContain('Somebody offers to help');
    const sms = await deliveries(server).findOne({ user: requester.objectId, channel: 'sms' });
    // It was taken up at once; its emergency is made up, so that there is nothing to send.
    expect(sms).toMatchObject({ priority: URGENT, attempts: 1 });

    server.clock.advance(2 * HOUR);
    expect(await mails()).toContain('Somebody offers to help');
  });

  it('does not send what was read in the app meanwhile', async () => {
    const sam = await register(server);
    await confirmEmail(server, sam);
    const now = server.clock.now().getTime();
    const clock = (at: number): string => new Date(at).toISOString().slice(11, 16);
    await choose(sam, {
      quietHours: { timeZone: 'UTC', from: clock(now - HOUR), to: clock(now + HOUR) },
    });
    await notify([notice(sam, 'booking.cancelled')]);
    must(await sam.post('/notifications/read', { all: true }));
    server.clock.advance(HOUR);
    await sendAll(server);
    expect(
      await deliveries(server).findOne({ user: sam.objectId, kind: 'booking.cancelled' }),
    ).toMatchObject({ status: 'dropped', log: [{ result: 'nobody' }] });
  });

  it('is in their language, wherever it is read', async () => {
    const { requester, helpers, id } = await helpScene(server, 1);
    const [helper] = helpers as [TestActor];
    await confirmEmail(server, requester);
    await choose(requester, { locale: 'de' });
    must(await offer(helper, id));
    expect((await inboxOf(requester))[0]).toMatchObject({
      title: 'Jemand bietet Hilfe an',
      body: 'Helper 1 bietet dir Hilfe an.',
    });
    expect((await mailsTo(server, requester.email)).at(-1)?.subject).toBe('Jemand bietet Hilfe an');
    await choose(requester, { locale: 'en' });
    expect((await inboxOf(requester))[0]?.title).toBe('Somebody offers to help');
  });

  it('is told once for each cause, and by another channel later where the same cause wants it', async () => {
    const sam = await register(server);
    must(await sam.patch('/users/me', { phone: '+4930123456' }));
    const alert = notice(sam, 'emergency.alert', { channels: [] });
    await notify([alert]);
    await notify([alert]);
    expect(await inboxOf(sam)).toHaveLength(1);
    expect(await channelsOf(sam, 'emergency.alert')).toEqual([]);
    await notify([{ ...alert, channels: ['sms'] }]);
    await notify([{ ...alert, channels: ['sms'] }]);
    expect(await inboxOf(sam)).toHaveLength(1);
    expect(await channelsOf(sam, 'emergency.alert')).toEqual(['sms']);
  });

  it('is forgotten in time: 90 days after it was read, messages 30 days after they were sent', async () => {
    const ttl = async (collection: string, name: string) => {
      const indexes = await server.connection.collection(collection).indexes();
      return indexes.find((index) => index.name === name)?.expireAfterSeconds;
    };
    expect(await ttl('notifications', 'notification_read_kept')).toBe((90 * DAY) / 1000);
    expect(await ttl('notifications', 'notification_kept')).toBe((365 * DAY) / 1000);
    expect(await ttl('deliveries', 'delivery_kept')).toBe((30 * DAY) / 1000);
  });
});
