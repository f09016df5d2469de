import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { randomBytes, randomUUID } from 'node:crypto';
import { RATE_LIMITS } from '../../src/common/throttle/rate-limits';
import { type Answer, call, register, uniqueEmail } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import { RedisServer } from './redis-server';

describe('Rate limits of two nodes with Redis', () => {
  let redis: RedisServer;
  let client: Redis;
  let a: TestApp;
  let b: TestApp;
  const said = { warn: [] as string[], log: [] as string[] };

  beforeAll(async () => {
    redis = await RedisServer.start();
    for (const level of ['warn', 'log'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation((...[message]: unknown[]) => {
        if (String(message).startsWith('Redis')) said[level].push(String(message));
      });
    }
    const database = `test_${randomBytes(6).toString('hex')}`;
    const env = { RATE_LIMITS: 'on', TRUST_PROXY: 'loopback', REDIS_URL: redis.url };
    a = await startTestApp({ database, env });
    b = await startTestApp({ database, env });
    client = new Redis(redis.url, { lazyConnect: true });
    client.on('error', () => undefined);
    await client.connect();
    await sharing();
  });

  // Each test begins with fresh windows.
  beforeEach(() => client.flushall());

  afterAll(async () => {
    client?.disconnect();
    await b?.close();
    await a?.connection.dropDatabase();
    await a?.close();
    await redis?.stop();
  });

  let lastAddress = 0;
  const newAddress = () => {
    lastAddress += 1;
    return { 'x-forwarded-for': `203.0.113.${lastAddress}` };
  };
  const logIn = (node: TestApp, email: string, headers = newAddress()) =>
    call(node, 'POST', '/auth/login', { email, password: 'not the password' }, { headers });

  /** The same request, in turns to both nodes. */
  async function inTurns(
    times: number,
    ask: (node: TestApp) => Promise<Answer>,
  ): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let time = 0; time < times; time += 1) answers.push(await ask(time % 2 ? b : a));
    return answers;
  }
  const allowed = (answers: Answer[]) => answers.filter(({ status }) => status !== 429).length;

  /** Resolves when both nodes count in Redis. */
  async function sharing(): Promise<void> {
    for (const node of [a, b]) {
      await eventually(async () => {
        await client.flushall();
        await logIn(node, uniqueEmail());
        expect(await client.dbsize()).toBe(2);
      }, 20_000);
    }
    await client.flushall();
  }

  it('an account is tried as often as on one node, whichever node is asked', async () => {
    const email = uniqueEmail();
    const answers = await inTurns(14, (node) => logIn(node, email));
    expect(answers.map(({ status }) => status)).toEqual([
      ...Array.from({ length: RATE_LIMITS.login.account }, () => 401),
      ...Array.from({ length: 4 }, () => 429),
    ]);
  });

  it('an address tries as often as on one node', async () => {
    const address = newAddress();
    const answers = await inTurns(24, (node) => logIn(node, uniqueEmail(), address));
    expect(allowed(answers)).toBe(RATE_LIMITS.login.address);
  });

  it('a refusal says in Retry-After when the window ends, and it ends for both', async () => {
    const email = uniqueEmail();
    const answers = await inTurns(11, (node) => logIn(node, email));
    const refused = answers.at(-1);
    expect([refused?.status, refused?.error?.code]).toEqual([429, 'RATE_LIMITED']);
    const seconds = Number(refused?.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    const counters = await client.keys('*');
    expect(counters.length).toBeGreaterThan(0);
    for (const counter of counters) {
      const left = await client.pttl(counter);
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(60_000);
      await client.pexpire(counter, 1);
    }
    await eventually(async () => expect(await client.dbsize()).toBe(0));
    expect(allowed(await inTurns(2, (node) => logIn(node, email)))).toBe(2);
  });

  it('an alarm has a budget of its own, which other requests of the same person do not touch', async () => {
    const sam = await register(a);
    const answers = await inTurns(302, (node) => sam.on(node).get('/auth/sessions?limit=1'));
    expect(allowed(answers)).toBe(RATE_LIMITS.standard.caller);
    const alarm = await sam.on(b).post('/emergencies', { type: 'medical' });
    expect(alarm.status).toBe(201);
  });

  it('neither addresses nor e-mail addresses are written into Redis', async () => {
    const address = newAddress();
    const email = uniqueEmail();
    await logIn(a, email, address);
    const counters = (await client.keys('*')).join(' ');
    expect(counters).toMatch(/^allynet:rate:\S+ allynet:rate:\S+$/);
    expect(counters).not.toContain(email);
    expect(counters).not.toContain(address['x-forwarded-for']);
  });

  describe('while Redis is away', () => {
    beforeEach(() => {
      said.warn.length = 0;
      said.log.length = 0;
      // Each node's own windows are fresh as well.
      for (const node of [a, b]) node.clock.advance(120_000);
    });

    afterEach(async () => {
      redis.resume();
      await redis.kill();
      await redis.run();
      await sharing();
    });

    it.each(['killed', 'paused'])(
      'each node counts for itself, an SOS goes through, both stay ready, and one warning a node is written: %s',
      async (how) => {
        const sam = await register(a);
        if (how === 'killed') await redis.kill();
        else redis.pause();
        const alarm = await sam.post<{ id: string }>('/emergencies', {
          type: 'medical',
          requestId: randomUUID(),
        });
        expect(alarm.status).toBe(201);
        const email = uniqueEmail();
        const answers = await inTurns(24, (node) => logIn(node, email));
        expect(allowed(answers)).toBe(2 * RATE_LIMITS.login.account);
        expect(answers.at(-1)?.headers.get('retry-after')).toMatch(/^\d+$/);
        for (const node of [a, b]) {
          expect((await fetch(`${node.url}/health/ready`)).status).toBe(200);
        }
        expect(said.warn).toHaveLength(2);
      },
    );

    it('after its return the limits hold over both nodes again, without a restart', async () => {
      await redis.kill();
      await inTurns(2, (node) => logIn(node, uniqueEmail()));
      await redis.run();
      await sharing();
      const email = uniqueEmail();
      expect(allowed(await inTurns(14, (node) => logIn(node, email)))).toBe(
        RATE_LIMITS.login.account,
      );
      expect(said.log).toHaveLength(2);
    });
  });
});
