import { randomBytes, randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { call, must, register, type TestActor, uniqueEmail } from '../support/actors';
import { closeSockets, TestSocket } from '../support/sockets';
import { buildServer, killServers, ServerProcess } from './server-process';

jest.setTimeout(90_000);

const OLD = {
  access: 'aQ3vXz81LmW0pRt6YkCe2nUfJb9sHd47',
  refresh: 'Gm5Kx2Wq8Zc0Vt7Ny4Rb1Lp6Js9Fd3Ha',
};
const NEXT = {
  access: 'pW7rTb20KcY9mQe5XnZu1vHdLf8gJs36',
  refresh: 'Ux4Dq8Bn1Mk6Tz3Pw9Hc5Ry0Lg7Vs2Ej',
};

/** The nodes of a rolling deployment, in the order in which they come (docs/operations.md, "Secrets"). */
const PHASES = {
  before: [OLD],
  ready: [OLD, NEXT],
  turned: [NEXT, OLD],
  after: [NEXT],
} as const;
type Phase = keyof typeof PHASES;

describe('An exchange of secrets, node by node', () => {
  const nodes = {} as Record<Phase, ServerProcess>;

  const database = `test_${randomBytes(6).toString('hex')}`;

  beforeAll(async () => {
    await buildServer();
    for (const phase of Object.keys(PHASES) as Phase[]) {
      const [signing, accepted] = PHASES[phase];
      nodes[phase] = await ServerProcess.start({
        MONGODB_DATABASE: database,
        RATE_LIMITS: 'off',
        JWT_SECRET: signing.access,
        JWT_REFRESH_SECRET: signing.refresh,
        JWT_SECRET_ALSO_ACCEPTED: accepted?.access ?? '',
        JWT_REFRESH_SECRET_ALSO_ACCEPTED: accepted?.refresh ?? '',
      });
    }
  }, 180_000);

  afterEach(closeSockets);

  afterAll(async () => {
    await killServers();
    const client = await MongoClient.connect(process.env.TEST_MONGODB_URI ?? '');
    await client.db(database).dropDatabase();
    await client.close();
  });

  interface Tokens {
    accessToken: string;
    refreshToken: string;
  }
  const refresh = (phase: Phase, refreshToken: string) =>
    call<Tokens>(nodes[phase], 'POST', '/auth/refresh', { refreshToken, tokenDelivery: 'body' });

  /** What a node says to somebody's access token, over HTTP and at a socket's handshake. */
  async function admits(phase: Phase, actor: TestActor): Promise<[boolean, boolean]> {
    const there = actor.on(nodes[phase]);
    const { status } = await there.get('/auth/me');
    const socket = await TestSocket.connect(there).catch((error: Error) => error.message);
    if (socket instanceof TestSocket) socket.close();
    return [status === 200, socket instanceof TestSocket];
  }

  it.each<[Phase, Phase]>([
    ['before', 'ready'],
    ['ready', 'before'],
    ['ready', 'turned'],
    ['turned', 'ready'],
    ['turned', 'after'],
    ['after', 'turned'],
  ])(
    'nodes that run side by side take each other’s access tokens: of %s, at %s',
    async (of, at) => {
      expect(await admits(at, await register(nodes[of]))).toEqual([true, true]);
    },
  );

  it.each<[Phase, Phase]>([
    ['ready', 'after'],
    ['turned', 'before'],
  ])('an accepted secret never signs: a token of %s is refused at %s', async (of, at) => {
    expect(await admits(at, await register(nodes[of]))).toEqual([false, false]);
  });

  it('no session is lost on the way, wherever it refreshes', async () => {
    const roll: Phase[][] = [
      ['before', 'ready'],
      ['ready', 'turned'],
      ['turned', 'after'],
    ];
    let { refreshToken } = await register(nodes.before);
    for (const side of roll) {
      for (let round = 0; round < 6; round += 1) {
        const [phase = 'before'] = side.slice(round % 2);
        ({ refreshToken } = must(await refresh(phase, refreshToken)).data);
      }
    }
    must(await refresh('after', refreshToken));
  });

  it('two nodes that are asked at once with one token give the same successor, which is good', async () => {
    let { refreshToken } = await register(nodes.ready);
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.all([
        refresh('ready', refreshToken),
        refresh('turned', refreshToken),
        refresh('ready', refreshToken),
      ]);
      const successors = new Set(answers.map((answer) => must(answer).data.refreshToken));
      expect(successors.size).toBe(1);
      [refreshToken = ''] = successors;
    }
  });

  it('a refresh whose answer was lost is answered alike by a node that signs with the other secret', async () => {
    for (const [first, second] of [
      ['ready', 'turned'],
      ['turned', 'ready'],
    ] as const) {
      const { refreshToken } = await register(nodes.ready);
      const lost = must(await refresh(first, refreshToken)).data.refreshToken;
      expect(must(await refresh(second, refreshToken)).data.refreshToken).toBe(lost);
    }
  });

  it('an old token is still recognised as stolen', async () => {
    const { refreshToken } = await register(nodes.ready);
    const second = must(await refresh('turned', refreshToken)).data.refreshToken;
    must(await refresh('ready', second));
    expect((await refresh('turned', refreshToken)).error?.code).toBe('REFRESH_TOKEN_REUSED');
  });

  it('a registration is known again by a node that signs with the other secret', async () => {
    const body = { email: uniqueEmail(), password: 'a long enough one', displayName: 'Sam' };
    const headers = { 'idempotency-key': randomUUID() };
    must(await call(nodes.ready, 'POST', '/auth/register', body, { headers }));
    const again = await call(nodes.turned, 'POST', '/auth/register', body, { headers });
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
  });

  it('after the exchange the old secrets are worth nothing', async () => {
    const sam = await register(nodes.before);
    expect(await admits('after', sam)).toEqual([false, false]);
    expect((await refresh('after', sam.refreshToken)).error?.code).toBe('UNAUTHENTICATED');
  });
});
