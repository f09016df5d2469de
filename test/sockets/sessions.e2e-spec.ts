import { Types } from 'mongoose';
import { adminOf, must, register, type TestActor, TEST_PASSWORD } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { closeSockets, TestSocket } from '../support/sockets';
import { accept, newPlace, north, raise, scene } from './scene';

const MINUTE = 60_000;

interface SessionRow {
  id: string;
  current: boolean;
}

describe('A socket lives as long as its session', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });

  afterEach(closeSockets);

  afterAll(() => server.close());

  /** One person on two devices, each with a session and a socket of its own. */
  async function twoDevices() {
    const first = await register(server);
    const second = await first.logIn();
    return {
      first,
      second,
      firstSocket: await TestSocket.connect(first),
      secondSocket: await TestSocket.connect(second),
    };
  }

  const works = async (socket: TestSocket): Promise<void> => {
    expect((await socket.ask('location.update', newPlace())).success).toBe(true);
  };

  it('logging out closes the sockets of this session and no other', async () => {
    const { first, firstSocket, secondSocket } = await twoDevices();
    must(await first.post('/auth/logout'));
    await firstSocket.closed();
    await works(secondSocket);
  });

  it('logging out everywhere closes them all', async () => {
    const { first, firstSocket, secondSocket } = await twoDevices();
    must(await first.post('/auth/logout-all'));
    await Promise.all([firstSocket.closed(), secondSocket.closed()]);
  });

  it('deleting a session from the list closes its sockets', async () => {
    const { first, firstSocket, secondSocket } = await twoDevices();
    const { data } = must(await first.get<{ items: SessionRow[] }>('/auth/sessions'));
    const other = data.items.find(({ current }) => !current);
    must(await first.delete(`/auth/sessions/${other?.id ?? ''}`));
    await secondSocket.closed();
    await works(firstSocket);
  });

  it('changing the password closes the sockets of the other sessions', async () => {
    const { first, firstSocket, secondSocket } = await twoDevices();
    must(
      await first.post('/auth/password', {
        currentPassword: TEST_PASSWORD,
        newPassword: 'another horse battery',
      }),
    );
    await secondSocket.closed();
    await works(firstSocket);
  });

  it('a refresh token that is used again after its successor closes the sockets of the stolen session', async () => {
    const { first, firstSocket } = await twoDevices();
    const refresh = (refreshToken: string) =>
      first.post<{ refreshToken: string }>('/auth/refresh', {
        refreshToken,
        tokenDelivery: 'body',
      });
    const next = must(await refresh(first.refreshToken)).data.refreshToken;
    must(await refresh(next));
    expect((await refresh(first.refreshToken)).error?.code).toBe('REFRESH_TOKEN_REUSED');
    await firstSocket.closed();
  });

  it('suspension closes every socket of the account', async () => {
    const { first, firstSocket, secondSocket } = await twoDevices();
    const admin = await adminOf(server);
    must(await admin.patch(`/admin/users/${first.id}`, { status: 'suspended' }));
    await Promise.all([firstSocket.closed(), secondSocket.closed()]);
  });

  it('deleting the account closes every socket of it', async () => {
    const { first, firstSocket, secondSocket } = await twoDevices();
    must(await first.delete('/users/me', { password: TEST_PASSWORD }));
    await Promise.all([firstSocket.closed(), secondSocket.closed()]);
  });

  it('the end of the session, when the database drops it, closes its sockets', async () => {
    const { first, firstSocket, secondSocket } = await twoDevices();
    const { data } = must(await first.get<{ items: SessionRow[] }>('/auth/sessions'));
    const mine = data.items.find(({ current }) => current);
    // What the TTL index does thirty days later.
    await server.connection
      .collection('sessions')
      .deleteOne({ _id: new Types.ObjectId(mine?.id ?? '') });
    await firstSocket.closed();
    await works(secondSocket);
  });

  it('a socket outlives its access token: it is alerted, accepts, chats and moves an hour later', async () => {
    const { place, requester, helpers } = await scene(server);
    const [ada] = helpers;
    server.clock.advance(60 * MINUTE);
    const renewed = async (actor: TestActor) => {
      const { data } = must(
        await actor.post<{ accessToken: string }>('/auth/refresh', {
          refreshToken: actor.refreshToken,
        }),
      );
      actor.token = data.accessToken;
    };
    expect((await ada.actor.get('/users/me')).error?.code).toBe('TOKEN_EXPIRED');
    expect((await ada.socket.ask('location.update', north(place, 100))).success).toBe(true);

    const { id } = await raise(requester.actor, place);
    await ada.socket.event('emergency.created');
    await renewed(ada.actor);
    await accept(ada.actor, id);
    await ada.socket.event('emergency.status_changed');
    const sent = await ada.socket.ask('message.send', {
      emergencyId: id,
      text: 'Coming',
      clientId: '1',
    });
    expect(sent.success).toBe(true);
    expect((await requester.socket.event('message.created')).data.text).toBe('Coming');
  });
});
