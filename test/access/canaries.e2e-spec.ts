import { Logger } from '@nestjs/common';
import { must, register, type TestActor, uniquePhone, verifiedHelper } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { takeSightings } from '../support/canaries/canary-watch';
import { accept, raise } from '../support/emergencies';
import { closeSockets, TestSocket } from '../support/sockets';
import { LiveSockets, userRoom } from '../../src/modules/sockets/live-sockets';
import { UsersService } from '../../src/modules/users/users.service';

/** Digits that nothing else in this file has. */
const PLACE = { latitude: 41.918273, longitude: 12.546372 };
const NEAR = { latitude: 41.919111, longitude: 12.546222 };

/**
 * The watch itself. Each secret is let out on purpose through the real server, on each way out, to somebody who must not
 * have it; the watch that looks on in every other test must see each, and nothing where they have it by right.
 */
describe('A secret in the wrong hands is seen', () => {
  let server: TestApp;
  let requester: TestActor;
  let responder: TestActor;
  let alerted: TestActor;
  let phone: string;

  beforeAll(async () => {
    server = await startTestApp();
    phone = uniquePhone();
    requester = await register(server, { phone, password: 'a password for this file' });
    responder = await verifiedHelper(server, NEAR);
    alerted = await verifiedHelper(server, NEAR);
    const { id } = must(await raise(requester, { location: PLACE, anonymous: true })).data;
    must(await accept(responder, id));
  });

  afterEach(() => {
    jest.restoreAllMocks();
    closeSockets();
  });

  afterAll(() => server.close());

  const secrets: Record<string, () => string> = {
    password: () => requester.password,
    'token (access)': () => requester.token,
    'token (refresh)': () => requester.refreshToken,
    position: () => `{"latitude":${PLACE.latitude}}`,
    phone: () => phone,
  };
  /** Sends a text to somebody, the way the server sends all else. */
  const ways: Record<string, (to: TestActor, text: string) => Promise<void>> = {
    HTTP: async (to, text) => {
      const users = server.get(UsersService);
      const view = await users.view(to.objectId);
      jest.spyOn(users, 'view').mockResolvedValue({ ...view, displayName: text });
      must(await to.get('/users/me'));
    },
    socket: async (to, text) => {
      const socket = await TestSocket.connect(to);
      server.get(LiveSockets).emit([userRoom(to.id)], 'message.created', { data: { text } });
      await socket.event('message.created');
    },
    log: async (_, text) => {
      new Logger('Leak').debug(text);
      await Promise.resolve();
    },
  };
  const cases = Object.keys(secrets).flatMap((secret) =>
    Object.keys(ways).map((way): [string, string] => [secret, way]),
  );

  const letOut = async (secret: string, way: string, to: TestActor): Promise<string[]> => {
    await ways[way]?.(to, secrets[secret]?.() ?? '');
    return takeSightings();
  };

  it.each(cases)('%s, by %s', async (secret, way) => {
    const seen = await letOut(secret, way, alerted);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatch(new RegExp(`^${secret.split(' ')[0]} .* over ${way}`));
  });

  it('also when an anonymous requester’s phone goes to who accepted', async () => {
    for (const way of ['HTTP', 'socket']) {
      expect(await letOut('phone', way, responder)).toHaveLength(1);
    }
  });

  it('an event that docs/realtime.md does not list', async () => {
    server.get(LiveSockets).emit([userRoom(alerted.id)], 'leak.sprung', {});
    expect(await takeSightings()).toEqual([
      'the event leak.sprung, which docs/realtime.md does not list',
    ]);
  });

  it('and not where they have it by right: a place for who accepted, a phone for its owner', async () => {
    for (const way of ['HTTP', 'socket']) {
      expect(await letOut('position', way, responder)).toEqual([]);
      expect(await letOut('position', way, requester)).toEqual([]);
      expect(await letOut('phone', way, requester)).toEqual([]);
    }
  });
});
