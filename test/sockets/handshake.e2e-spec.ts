import { createHmac } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { adminOf, must, register } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { closeSockets, TestSocket } from '../support/sockets';

const MINUTE = 60_000;

describe('The handshake', () => {
  let server: TestApp;
  const raw: Socket[] = [];

  beforeAll(async () => {
    server = await startTestApp();
  });

  afterEach(() => {
    closeSockets();
    for (const socket of raw.splice(0)) socket.disconnect();
  });

  afterAll(() => server.close());

  /** What a client that connects with this `auth` meets: the refusal's data, or `connected`. */
  function attempt(auth: Record<string, unknown>, transport = 'websocket'): Promise<unknown> {
    const socket = io(server.url, {
      auth,
      transports: [transport],
      reconnection: false,
      forceNew: true,
    });
    raw.push(socket);
    return new Promise((resolve) => {
      socket.once('connect', () => resolve('connected'));
      socket.once('connect_error', (error: Error & { data?: unknown }) => resolve(error.data));
    });
  }

  const unauthenticated: unknown = {
    code: 'UNAUTHENTICATED',
    message: expect.stringMatching(/token/),
  };

  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  it.each(['websocket', 'polling'])('lets a valid access token in over %s', async (transport) => {
    const { token } = await register(server);
    expect(await attempt({ token }, transport)).toBe('connected');
  });

  it.each<[string, Record<string, unknown>]>([
    ['no token', {}],
    ['an empty token', { token: '' }],
    ['a number', { token: 42 }],
    ['an object', { token: { $ne: '' } }],
    ['a list', { token: ['x'] }],
    ['something that is no token', { token: 'let me in' }],
  ])('refuses %s with UNAUTHENTICATED in connect_error', async (_, auth) => {
    expect(await attempt(auth)).toEqual(unauthenticated);
  });

  it('refuses forged tokens: no algorithm, another secret, a changed payload, a refresh token', async () => {
    const { token, refreshToken } = await register(server);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const admin = encode({ ...claims, role: 'admin' });
    const otherSecret = createHmac('sha256', 'x'.repeat(32))
      .update(`${header}.${payload}`)
      .digest('base64url');
    for (const forged of [
      `${encode({ alg: 'none', typ: 'JWT' })}.${payload}.`,
      `${header}.${payload}.${otherSecret}`,
      `${header}.${admin}.${signature}`,
      refreshToken,
    ]) {
      expect(await attempt({ token: forged })).toEqual(unauthenticated);
    }
  });

  it('refuses an expired token with TOKEN_EXPIRED, which tells a client to refresh it', async () => {
    const actor = await register(server);
    server.clock.advance(16 * MINUTE);
    await expect(TestSocket.connect(actor)).rejects.toThrow('TOKEN_EXPIRED');
    const { data } = must(
      await actor.post<{ accessToken: string }>('/auth/refresh', {
        refreshToken: actor.refreshToken,
      }),
    );
    expect(await attempt({ token: data.accessToken })).toBe('connected');
  });

  it('refuses the token of a session that has been logged out', async () => {
    const actor = await register(server);
    must(await actor.post('/auth/logout'));
    await expect(TestSocket.connect(actor)).rejects.toThrow('UNAUTHENTICATED');
  });

  it('refuses a suspended account with ACCOUNT_SUSPENDED', async () => {
    const actor = await register(server);
    const admin = await adminOf(server);
    must(await admin.patch(`/admin/users/${actor.id}`, { status: 'suspended' }));
    await expect(TestSocket.connect(actor)).rejects.toThrow('ACCOUNT_SUSPENDED');
  });

  it('tells a refused client nothing but the reason, and hears no message from it', async () => {
    const socket = io(server.url, {
      auth: {},
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    });
    raw.push(socket);
    const heard: unknown[] = [];
    socket.onAny((...event: unknown[]) => heard.push(event));
    await new Promise((resolve) => {
      socket.once('connect_error', resolve);
    });
    expect(socket.connected).toBe(false);
    expect(heard).toEqual([]);
  });
});
