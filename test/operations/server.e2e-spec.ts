import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { resolveMongod } from '../../src/common/database/embedded/mongod-binary';
import { call, must, register } from '../support/actors';
import { eventually } from '../support/eventually';
import { closeSockets, TestSocket } from '../support/sockets';
import { buildServer, killServers, ServerProcess } from './server-process';

/** Docker and Kubernetes give ten seconds or more between SIGTERM and SIGKILL. */
const SHUTDOWN_MS = 10_000;

jest.setTimeout(90_000);

describe('The built server as a process', () => {
  let database: string;
  const agents: Agent[] = [];

  beforeAll(buildServer, 180_000);

  beforeEach(() => {
    database = `test_${randomBytes(6).toString('hex')}`;
  });

  afterEach(async () => {
    closeSockets();
    for (const agent of agents.splice(0)) agent.destroy();
    await killServers();
    const client = await MongoClient.connect(process.env.TEST_MONGODB_URI ?? '');
    await client.db(database).dropDatabase();
    await client.close();
  });

  const start = (env: Record<string, string> = {}) =>
    ServerProcess.start({ MONGODB_DATABASE: database, ...env });

  function keepAlive(): Agent {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    agents.push(agent);
    return agent;
  }

  interface Reply {
    status: number;
    body: string;
  }

  function send(
    url: string,
    agent: Agent,
    body?: object,
  ): { sent: Promise<void>; reply: Promise<Reply> } {
    const text = body && JSON.stringify(body);
    const outgoing = request(url, {
      agent,
      method: body ? 'POST' : 'GET',
      headers: text
        ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
        : {},
    });
    const reply = new Promise<Reply>((resolve, reject) => {
      outgoing.on('error', reject);
      outgoing.on('response', (response) => {
        let content = '';
        response.on('data', (chunk: Buffer) => (content += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: content }));
      });
    });
    const sent = once(outgoing, 'finish').then(() => undefined);
    outgoing.end(text);
    return { sent, reply };
  }

  it('SIGTERM: sockets are told, what is in flight is answered, and it exits with 0 although connections are open', async () => {
    // One hash takes long enough for the signal to come in the middle of it.
    const server = await start({ BCRYPT_ROUNDS: '12' });
    const actor = await register(server);
    const socket = await TestSocket.connect(actor);
    const idle = keepAlive();
    expect((await send(`${server.url}/health/live`, idle).reply).status).toBe(200);

    const { sent, reply } = send(`${server.url}/api/v1/auth/register`, keepAlive(), {
      email: 'inflight@example.org',
      password: 'correct horse battery',
      displayName: 'In Flight',
    });
    let answered = false;
    void reply.then(() => (answered = true));
    await sent;
    // Its turn comes after the request above was read.
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    expect(answered).toBe(false);

    const { code, milliseconds } = await server.stop();
    expect((await reply).status).toBe(201);
    expect({ code, stderr: server.stderr }).toEqual({ code: 0, stderr: '' });
    expect(milliseconds).toBeLessThan(SHUTDOWN_MS);
    await socket.closed();
    expect(socket.events.map(({ name }) => name)).toEqual(['server.draining']);

    // On the same data, with what was acknowledged in the last moment.
    const next = await start({ BCRYPT_ROUNDS: '12' });
    const login = await call(next, 'POST', '/auth/login', {
      email: 'inflight@example.org',
      password: 'correct horse battery',
    });
    expect(login.status).toBe(200);
    expect((await actor.on(next).get('/users/me')).status).toBe(200);
    expect((await next.stop('SIGINT')).code).toBe(0);
  });

  it('a client that keeps asking on one connection does not hold up the shutdown', async () => {
    const server = await start();
    const busy = keepAlive();
    let asked = 0;
    const asking = (async () => {
      for (;;) {
        const answered = await send(`${server.url}/health/live`, busy).reply.then(
          () => true,
          () => false,
        );
        if (!answered) return;
        asked += 1;
      }
    })();
    await eventually(() => expect(asked).toBeGreaterThan(20));
    const { code, milliseconds } = await server.stop();
    await asking;
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(SHUTDOWN_MS);
  });

  it('a taken port is named, with what to do, and the exit code is 1', async () => {
    const other = createServer().listen(0, '0.0.0.0');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      const server = new ServerProcess({ MONGODB_DATABASE: database, PORT: String(port) });
      expect((await server.exit).code).toBe(1);
      expect(server.stderr).toContain(`Port ${port} is in use`);
      expect(server.stderr).not.toMatch(/\bat .*\.js:\d+/);
    } finally {
      other.close();
    }
  });

  it.each<[string, Record<string, string>, RegExp[]]>([
    [
      'development: several at once',
      {
        PORT: 'abc',
        FRONTEND_URL: 'ftp://x',
        MONGODB_URI: 'localhost:27017',
        JWT_SECRET: 'short',
        LOG_LEVEL: 'loud',
      },
      [
        /PORT must be an integer/,
        /FRONTEND_URL must be one origin/,
        /MONGODB_URI must be a mongodb/,
        /JWT_SECRET must be at least 32/,
        /LOG_LEVEL must be one of/,
      ],
    ],
    [
      'production: without what it needs',
      {
        NODE_ENV: 'production',
        BCRYPT_ROUNDS: '12',
        MONGODB_URI: '',
        JWT_SECRET: 'change-me-change-me-change-me-change-me',
        FRONTEND_URL: '*',
        RATE_LIMITS: 'off',
      },
      [
        /MONGODB_URI is required in production/,
        /JWT_SECRET looks like a placeholder/,
        /FRONTEND_URL must name its origins/,
        /RATE_LIMITS=off is refused/,
      ],
    ],
  ])(
    'each bad variable is named with its rule, and the exit code is 1 (%s)',
    async (_, env, messages) => {
      const server = new ServerProcess({ MONGODB_DATABASE: database, ...env });
      expect((await server.exit).code).toBe(1);
      for (const message of messages) expect(server.stderr).toMatch(message);
      expect(server.stderr).not.toMatch(/\bat .*\.js:\d+/);
      for (const secret of [env.JWT_SECRET ?? 'k7Jq2mVx9TfWc4Rz8LpB1nYd5HsG3uEa', 'Zt6Qw1Xe9Rv2'])
        expect(server.stderr + server.stdout).not.toContain(secret);
    },
  );

  it('a MongoDB that runs standalone is refused with what to do about it', async () => {
    const dbPath = mkdtempSync(join(tmpdir(), 'allynet-standalone-'));
    const { path } = await resolveMongod({
      ...(process.env.MONGOD_BINARY ? { mongodBinary: process.env.MONGOD_BINARY } : {}),
      log: () => undefined,
    });
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    const mongod: ChildProcess = spawn(
      path,
      ['--dbpath', dbPath, '--port', String(port), '--bind_ip', '127.0.0.1'],
      { stdio: 'ignore' },
    );
    const ended = once(mongod, 'exit');
    try {
      const server = new ServerProcess({
        MONGODB_URI: `mongodb://127.0.0.1:${port}`,
        MONGODB_DATABASE: database,
      });
      expect((await server.exit).code).toBe(1);
      expect(server.stderr).toMatch(/runs standalone.*replica set/s);
    } finally {
      mongod.kill('SIGKILL');
      await ended;
      rmSync(dbPath, { recursive: true, force: true });
    }
  });

  it('what it logs is JSON with the id of each request, and holds no password, token, cookie, position or text', async () => {
    const server = await start({ LOG_LEVEL: 'trace', RATE_LIMITS: 'off' });
    const place = { latitude: 51.123457, longitude: 12.765433 };
    const secrets = new Set(['wrong horse battery', '51.123457', '12.765433', '51.123999']);
    const password = 'canary horse battery';
    const cookies = await call<{ accessToken: string }>(server, 'POST', '/auth/register', {
      email: 'cookie@example.org',
      password,
      displayName: 'Cookie',
    });
    const actor = await register(server, { password });
    await call(server, 'POST', '/auth/login', {
      email: actor.email,
      password: 'wrong horse battery',
    });
    const session = await actor.logIn();
    const socket = await TestSocket.connect(session);
    const { data } = must(
      await session.post<{ id: string }>('/emergencies', {
        type: 'medical',
        location: place,
        description: 'descriptioncanary',
        requestId: 'requestcanary',
      }),
    );
    must(await session.post(`/emergencies/${data.id}/messages`, { text: 'chatcanary' }));
    await socket.ask('message.send', { emergencyId: data.id, text: 'chatcanary', clientId: '1' });
    await socket.ask('location.update', { latitude: 51.123999, longitude: 12 });
    await socket.ask('location.update', { latitude: 91.123999, longitude: 12 });
    await session.get(`/emergencies?cursor=querycanary&token=${session.token}`);
    await session.put('/users/me/location', { latitude: 'positioncanary' });
    await call(server, 'POST', '/auth/refresh', undefined, {
      headers: { cookie: `refresh_token=${cookies.refreshCookie ?? ''}` },
    });
    await call(server, 'POST', '/auth/password/forgot', { email: actor.email });
    const me = await session.get('/users/me');
    must(
      await session.post('/auth/password', {
        currentPassword: password,
        newPassword: 'newcanary battery',
      }),
    );
    await session.post(`/emergencies/${data.id}/resolve`, { notes: 'notescanary' });
    expect((await server.stop()).code).toBe(0);

    const lines = server.stdout.trim().split('\n');
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const requests = entries.filter(({ req }) => req !== undefined);
    expect(requests.length).toBeGreaterThan(12);
    for (const { req, res } of requests) {
      expect(req).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        method: expect.stringMatching(/^[A-Z]+$/),
        path: expect.stringMatching(/^\/[^?]*$/),
      });
      if (res !== undefined) expect(res).toEqual({ statusCode: expect.any(Number) });
    }
    const ids = requests.map(({ req }) => (req as { id: string }).id);
    expect(ids).toContain(me.headers.get('x-request-id'));

    for (const secret of [password, actor.token, session.token, session.refreshToken])
      secrets.add(secret);
    for (const part of [actor.token, session.token]) secrets.add(part.split('.')[2] ?? '');
    secrets.add(cookies.data.accessToken).add(cookies.refreshCookie ?? '');
    const canaries = ['description', 'request', 'chat', 'query', 'position', 'notes', 'new'];
    for (const secret of [...secrets, ...canaries.map((name) => `${name}canary`)]) {
      expect(secret.length).toBeGreaterThan(5);
      expect(server.stdout + server.stderr).not.toContain(secret);
    }
  });
});
