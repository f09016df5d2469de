import { io } from 'socket.io-client';
import { must, register, type TestActor, uniqueEmail } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import { closeSockets, TestSocket } from '../support/sockets';
import { newPlace, raise } from './scene';

describe('Limits of what a person sends', () => {
  let server: TestApp;
  let actor: TestActor;

  beforeAll(async () => {
    server = await startTestApp({ env: { RATE_LIMITS: 'on' } });
  });

  // Budgets are counted by person.
  beforeEach(async () => {
    actor = await register(server, { email: uniqueEmail() });
  });

  afterEach(closeSockets);

  afterAll(() => server.close());

  const limited = (answers: { error?: { code: string } }[]) =>
    answers.filter(({ error }) => error?.code === 'RATE_LIMITED').length;

  it('more than ten positions at once are RATE_LIMITED, each with an answer, and not stored', async () => {
    const socket = await TestSocket.connect(actor);
    const places = Array.from({ length: 30 }, () => newPlace());
    const answers = await Promise.all(
      places.map((place) => socket.ask<{ latitude: number }>('location.update', place)),
    );
    expect(limited(answers)).toBeGreaterThan(0);
    expect(limited(answers)).toBeLessThanOrEqual(20);
    expect(answers.find(({ error }) => error)?.error).toMatchObject({
      code: 'RATE_LIMITED',
      details: { retryAfterSeconds: 1 },
    });
    const refused = places.filter((_, index) => answers[index]?.error);
    const { data } = must(await actor.get<{ location: { latitude: number } }>('/users/me'));
    expect(refused.map(({ latitude }) => latitude)).not.toContain(data.location.latitude);
  });

  it('more than ten chat messages at once are RATE_LIMITED, and those are not written', async () => {
    const { id } = await raise(actor, null);
    const socket = await TestSocket.connect(actor);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        socket.ask('message.send', { emergencyId: id, text: 'x', clientId: `${index}` }),
      ),
    );
    const written = answers.filter(({ success }) => success).length;
    expect(limited(answers)).toBe(30 - written);
    expect(written).toBeLessThan(30);
    expect(await server.connection.collection('messages').countDocuments()).toBe(written);
  });

  it('the limit is for all messages of a person together, whatever they are and however many connections', async () => {
    const sockets = [
      await TestSocket.connect(actor),
      await TestSocket.connect(actor),
      await TestSocket.connect(actor),
    ];
    const answers = await Promise.all(
      sockets.flatMap((socket) =>
        Array.from({ length: 30 }, (_, index) =>
          socket.ask(index % 2 ? 'alert.seen' : 'no.such.message', { emergencyId: 'no id' }),
        ),
      ),
    );
    expect(limited(answers)).toBeGreaterThan(0);
    expect(limited(answers)).toBeLessThanOrEqual(30);
  });

  it('a limited connection goes on, others are not touched, and it may send again a second later', async () => {
    const flooder = await TestSocket.connect(actor);
    const other = await TestSocket.connect(await register(server));
    const flood = Array.from({ length: 15 }, () => flooder.ask('location.update', newPlace()));
    expect((await other.ask('location.update', newPlace())).success).toBe(true);
    expect(limited(await Promise.all(flood))).toBeGreaterThan(0);
    const place = newPlace();
    await eventually(async () =>
      expect(await flooder.ask('location.update', place)).toMatchObject({ success: true }),
    );
    expect(flooder.socket.connected).toBe(true);
  });

  it('a message above 16 KiB closes its connection, and no other, not even of the same person', async () => {
    const [big, small] = [await TestSocket.connect(actor), await TestSocket.connect(actor)];
    big.socket.emit('message.send', {
      emergencyId: 'x',
      text: 'x'.repeat(17 * 1024),
      clientId: 'x',
    });
    await big.closed();
    expect(await small.ask('location.update', newPlace())).toMatchObject({ success: true });
  });

  it('a message just below 16 KiB is read and answered', async () => {
    const socket = await TestSocket.connect(actor);
    const answer = await socket.ask('message.send', {
      emergencyId: 'f'.repeat(24),
      text: 'x'.repeat(15 * 1024),
      clientId: 'x',
    });
    expect(answer.error?.code).toBe('VALIDATION_FAILED');
  });

  it('a body above 16 KiB is refused over long polling too', async () => {
    const socket = io(server.url, {
      auth: { token: actor.token },
      transports: ['polling'],
      reconnection: false,
      forceNew: true,
    });
    try {
      await new Promise((resolve) => {
        socket.once('connect', () => resolve(undefined));
      });
      const closed = new Promise((resolve) => {
        socket.once('disconnect', resolve);
      });
      socket.emit('alert.seen', { emergencyId: 'x'.repeat(20 * 1024) });
      await closed;
    } finally {
      socket.disconnect();
    }
    const next = await TestSocket.connect(actor);
    expect((await next.ask('alert.seen', { emergencyId: 'f'.repeat(24) })).error?.code).toBe(
      'NOT_FOUND',
    );
  });
});
