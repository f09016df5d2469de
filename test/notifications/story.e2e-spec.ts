import { must, register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { acceptOffer, helpScene, helpStep, offer, write } from '../support/help-requests';
import { confirmEmail, inboxOf, unreadOf } from '../support/notifications';
import { linkIn, mailsTo } from '../support/outbox';
import { closeSockets, TestSocket } from '../support/sockets';

describe('Notifications', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });

  afterEach(closeSockets);
  afterAll(() => server.close());

  const kinds = async (actor: TestActor): Promise<string[]> =>
    (await inboxOf(actor)).map(({ kind }) => kind);

  it('tell each side of a help request what the other did: in the inbox, on the socket, by mail', async () => {
    const { requester, helpers, id } = await helpScene(server, 2);
    const [helper, other] = helpers as [TestActor, TestActor];
    await confirmEmail(server, requester);
    const socket = await TestSocket.connect(requester);

    const offered = must(await offer(helper, id)).data.id;
    const told = await socket.event('notification.created');
    const [first] = await inboxOf(requester);
    expect(first).toEqual({
      id: told.subjectId,
      kind: 'help_offer.created',
      subject: { kind: 'help_request', id },
      title: 'Somebody offers to help',
      body: 'Helper 1 offers to help with what you asked for.',
      readAt: null,
      createdAt: told.at,
    });
    expect(told.data).toEqual(first);
    // Nobody is told of what they did themselves.
    expect(await inboxOf(helper)).toEqual([]);

    const mail = (await mailsTo(server, requester.email)).at(-1);
    expect(mail).toMatchObject({
      channel: 'email',
      subject: 'Somebody offers to help',
      text: expect.stringContaining('Helper 1 offers to help'),
      html: expect.stringContaining('<p>Helper 1 offers to help'),
    });
    expect(mail && linkIn(mail).pathname).toBe(`/help-requests/${id}`);

    must(await offer(other, id));
    must(await acceptOffer(requester, id, offered));
    must(await helpStep(helper, id, 'start'));
    must(await helpStep(helper, id, 'done'));
    must(await helpStep(requester, id, 'complete'));
    expect(await kinds(helper)).toEqual(['help_request.completed', 'help_request.accepted']);
    expect(await kinds(other)).toContain('help_request.closed');
    expect(await kinds(requester)).toEqual([
      'help_request.done',
      'help_request.started',
      'help_offer.created',
      'help_offer.created',
    ]);
    // The helper's address is not confirmed: nothing is mailed there.
    expect((await mailsTo(server, helper.email)).map(({ subject }) => subject)).toEqual([
      'Confirm your e-mail address for AllyNet',
    ]);
  });

  it('are read, some or all, and every device of the reader hears of it', async () => {
    const { requester, helpers, id } = await helpScene(server, 3);
    for (const helper of helpers) must(await offer(helper, id));
    expect(await unreadOf(requester)).toBe(3);
    const socket = await TestSocket.connect(requester);
    const [newest] = await inboxOf(requester);

    const some = { ids: [newest?.id] };
    expect(must(await requester.post('/notifications/read', some)).data).toEqual({ count: 2 });
    expect((await socket.event('notification.read')).data).toEqual({ ...some, unread: 2 });
    expect(must(await requester.post('/notifications/read', some)).data).toEqual({ count: 2 });
    expect((await inboxOf(requester, '?unread=false')).map(({ id }) => id)).toEqual(some.ids);
    expect(await inboxOf(requester, '?unread=true')).toHaveLength(2);

    must(await requester.post('/notifications/read', { all: true }));
    expect(await unreadOf(requester)).toBe(0);
    expect(socket.of('notification.read').length).toBeLessThanOrEqual(2);
    expect((await inboxOf(requester)).every(({ readAt }) => readAt !== null)).toBe(true);
  });

  it('are nobody else’s to read', async () => {
    const { requester, helpers, id } = await helpScene(server, 1);
    const [helper] = helpers as [TestActor];
    must(await offer(helper, id));
    const [row] = await inboxOf(requester);
    const stranger = await register(server);
    must(await stranger.post('/notifications/read', { ids: [row?.id] }));
    expect(await unreadOf(requester)).toBe(1);
  });

  it.each([
    [{}],
    [{ ids: [] }],
    [{ ids: ['x'] }],
    [{ all: false }],
    [{ all: null }],
    [{ all: true, ids: ['665f1c2ab7e4d2f3a1b0c9d9'] }],
  ])('are not read by %j', async (body) => {
    const { status, error } = await (await register(server)).post('/notifications/read', body);
    expect([status, error?.code]).toEqual([400, 'VALIDATION_FAILED']);
  });

  it('tell of messages once an hour for each writer, however many are written', async () => {
    const { requester, helpers, id } = await helpScene(server, 1);
    const [helper] = helpers as [TestActor];
    const offered = must(await offer(helper, id)).data.id;
    must(await acceptOffer(requester, id, offered));
    await Promise.all([
      write(helper, id, offered, { text: 'One' }),
      write(helper, id, offered, { text: 'Two' }),
      write(helper, id, offered, { text: 'Three' }),
    ]);
    expect((await kinds(requester)).filter((kind) => kind === 'help_message.created')).toHaveLength(
      1,
    );
  });
});
