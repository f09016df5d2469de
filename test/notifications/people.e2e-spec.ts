import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TransactionRunner } from '../../src/common/database/transaction-runner';
import { DeliveryFailure } from '../../src/modules/notifications/channels/delivery-failure';
import { MailTransport } from '../../src/modules/notifications/channels/email/mail-transport';
import { Notices } from '../../src/modules/notifications/notices';
import { call, must, register, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { acceptOffer, helpScene, helpStep, offer } from '../support/help-requests';
import { confirmEmail, deliveries, inboxOf, sendAll, unreadOf } from '../support/notifications';
import { lastToken, linkIn, mailsTo } from '../support/outbox';
import { TestSubscription } from '../support/push';
import { HOUR } from '../../src/common/time/clock';

describe('Notifications and people', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });

  afterAll(() => server.close());

  const helped = async () => {
    const { requester, helpers, id } = await helpScene(server, 1);
    const [helper] = helpers as [TestActor];
    await confirmEmail(server, requester);
    return { requester, helper, id };
  };

  const stored = (collection: string, actor: TestActor) =>
    server.connection.collection(collection).find({ user: actor.objectId }).toArray();

  it('hold no name on disk: whoever is erased is nobody in the inbox of the others', async () => {
    const { requester, helper, id } = await helped();
    must(await offer(helper, id));
    expect((await inboxOf(requester))[0]?.body).toContain('Helper 1');
    await sendAll(server);
    for (const collection of ['notifications', 'deliveries', 'events']) {
      const rows = await server.connection.collection(collection).find().toArray();
      expect(JSON.stringify(rows)).not.toContain('Helper 1');
    }
    must(await helper.delete('/users/me', { password: helper.password }));
    const bodies = (await inboxOf(requester)).map(({ body }) => body).join();
    expect(bodies).toContain('Deleted account');
    expect(bodies).not.toContain('Helper 1');
  });

  it('go with the account of their reader, together with what was to be sent', async () => {
    const { requester, helper, id } = await helped();
    must(await offer(helper, id));
    must(
      await requester.put('/users/me/notification-preferences', {
        locale: 'de',
        channels: {},
        quietHours: null,
      }),
    );
    expect(await stored('notifications', requester)).not.toEqual([]);
    must(await requester.delete('/users/me', { password: requester.password }));
    await sendAll(server);
    expect(await stored('notifications', requester)).toEqual([]);
    expect(await stored('deliveries', requester)).toEqual([]);
    const preferences = server.connection.collection('notificationPreferences');
    expect(await preferences.findOne({ _id: requester.objectId })).toBeNull();
    // The helper learns that it was called off, of nobody by name.
    expect((await inboxOf(helper)).map(({ body }) => body).join()).not.toContain('Rita');
  });

  it('are not caused by people with a block between them; what they told each other goes', async () => {
    const { requester, helper, id } = await helped();
    const offered = must(await offer(helper, id)).data.id;
    must(await acceptOffer(requester, id, offered));
    expect(await unreadOf(requester)).toBe(1);
    expect(await unreadOf(helper)).toBe(1);
    must(await requester.put(`/users/me/blocks/${helper.id}`));
    const told = async (actor: TestActor) => (await inboxOf(actor)).map(({ kind }) => kind);
    const before = [await told(requester), await told(helper)];
    expect(before.flat()).not.toContain('help_offer.created');
    expect(before.flat()).not.toContain('help_request.accepted');
    await helpStep(helper, id, 'start');
    await helpStep(requester, id, 'cancel');
    expect([await told(requester), await told(helper)]).toEqual(before);
  });

  it.each(['the reader', 'the other'])(
    'are not caused where %s has blocked, whatever they do',
    async (who) => {
      const [reader, other] = [await register(server), await register(server)];
      const [blocker, blocked] = who === 'the reader' ? [reader, other] : [other, reader];
      must(await blocker.put(`/users/me/blocks/${blocked.id}`));
      const notify = (key: string, actor: TestActor) =>
        server.get(TransactionRunner).run((session) =>
          server.get(Notices).notify(session, [
            {
              to: reader.objectId,
              kind: 'help_message.created',
              subject: { kind: 'help_request', id: reader.objectId },
              key,
              actor: actor.objectId,
            },
          ]),
        );
      await notify('blocked', other);
      expect(await inboxOf(reader)).toEqual([]);
      await notify('own', reader);
      expect(await inboxOf(reader)).toEqual([]);
      await notify('somebody', await register(server));
      expect(await inboxOf(reader)).toHaveLength(1);
    },
  );

  it('wait for somebody who is suspended in the inbox, and are not sent to them', async () => {
    const { requester, helper, id } = await helped();
    const admin = await staff(server, 'admin');
    must(await offer(helper, id));
    await sendAll(server);
    must(await admin.patch(`/admin/users/${requester.id}`, { status: 'suspended' }));
    const sent = (await mailsTo(server, requester.email)).length;
    await helpStep(helper, id, 'withdraw');
    await sendAll(server);
    expect(await mailsTo(server, requester.email)).toHaveLength(sent);
    must(await admin.patch(`/admin/users/${requester.id}`, { status: 'active' }));
    expect(await unreadOf(await requester.logIn())).toBeGreaterThan(0);
  });

  it('push ids, a kind and a title that is the same for everybody, nothing of a person', async () => {
    const { requester, helper, id } = await helped();
    const device = new TestSubscription('https://push.example.org/one').toJSON();
    must(await requester.post('/users/me/devices', device));
    must(await offer(helper, id, { message: 'Call me: +49 30 987654' }));
    await sendAll(server);
    const folder = join(server.dataDir, 'outbox');
    const files = await Promise.all(
      (await readdir(folder))
        .filter((name) => name.endsWith('.json'))
        .map(
          async (name) =>
            JSON.parse(await readFile(join(folder, name), 'utf8')) as {
              channel: string;
              text: string;
            },
        ),
    );
    const pushes = files.filter(({ channel }) => channel === 'push');
    expect(pushes).toHaveLength(1);
    const [row] = await inboxOf(requester);
    expect(JSON.parse(pushes[0]?.text ?? '')).toEqual({
      id: row?.id,
      kind: 'help_offer.created',
      subject: { kind: 'help_request', id },
      title: 'Somebody offers to help',
    });
  });

  it('a mail that opens an account outlives a mail server that is away, and lies under a seal meanwhile', async () => {
    const sam = await register(server);
    await sendAll(server);
    const transport = jest
      .spyOn(server.get(MailTransport), 'send')
      .mockRejectedValue(new DeliveryFailure('retry', 'smtp_421'));
    must(await call(server, 'POST', '/auth/password/forgot', { email: sam.email }));
    await sendAll(server);
    const row = await deliveries(server).findOne({
      kind: 'mail.password_reset',
      user: sam.objectId,
    });
    expect(row?.status).toBe('pending');
    const { text } = transport.mock.calls.at(-1)?.[0] ?? { text: '' };
    const token = linkIn({ channel: 'email', to: '', subject: '', text }).searchParams.get('token');
    expect(token).toHaveLength(43);
    expect(JSON.stringify(row)).not.toContain(token);
    expect(JSON.stringify(row)).not.toContain(sam.email);
    transport.mockRestore();

    server.clock.advance(HOUR / 60);
    expect(await lastToken(server, sam.email, 'reset-password')).toBe(token);
    const sent = await deliveries(server).findOne({ _id: row?._id });
    expect(sent?.status).toBe('sent');
    expect(sent).not.toHaveProperty('sealed');
  });

  it('a link that has ended is not mailed any more', async () => {
    const sam = await register(server);
    await sendAll(server);
    const transport = jest
      .spyOn(server.get(MailTransport), 'send')
      .mockRejectedValue(new DeliveryFailure('retry', 'smtp_421'));
    must(await call(server, 'POST', '/auth/password/forgot', { email: sam.email }));
    await sendAll(server);
    transport.mockRestore();
    server.clock.advance(HOUR);
    await sendAll(server);
    expect(
      await deliveries(server).findOne({ kind: 'mail.password_reset', user: sam.objectId }),
    ).toMatchObject({ status: 'dropped' });
  });
});
