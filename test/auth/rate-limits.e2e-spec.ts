import { randomUUID } from 'node:crypto';
import { MINUTE } from '../../src/common/time/clock';
import { startTestApp, type TestApp } from '../support/app';
import { type Answer, call, register, uniqueEmail } from '../support/actors';

describe('Rate limits', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ env: { RATE_LIMITS: 'on', TRUST_PROXY: 'loopback' } });
  });
  // Each test begins with fresh windows.
  beforeEach(() => app.clock.advance(2 * MINUTE));
  afterAll(async () => {
    delete process.env.TRUST_PROXY;
    await app.close();
  });

  let lastAddress = 0;
  const newAddress = () => {
    lastAddress += 1;
    return { 'x-forwarded-for': `198.51.100.${lastAddress}` };
  };
  const logIn = (email: string, headers: Record<string, string>) =>
    call(app, 'POST', '/auth/login', { email, password: 'not the password' }, { headers });

  async function statuses(times: number, ask: () => Promise<Answer>): Promise<number[]> {
    const seen: number[] = [];
    for (let time = 0; time < times; time += 1) seen.push((await ask()).status);
    return seen;
  }

  it('let an account be tried ten times a minute, from however many addresses', async () => {
    const email = uniqueEmail();
    const seen = await statuses(12, () => logIn(email, newAddress()));
    expect(seen).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
    expect((await logIn(email.toUpperCase(), newAddress())).status).toBe(429);
    expect((await logIn(uniqueEmail(), newAddress())).status).toBe(401);
  });

  it('let an address try twenty times a minute, at however many accounts', async () => {
    const address = newAddress();
    const seen = await statuses(21, () => logIn(uniqueEmail(), address));
    expect(seen.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401));
    expect(seen[20]).toBe(429);
    expect((await logIn(uniqueEmail(), newAddress())).status).toBe(401);
  });

  it('say in the envelope and in Retry-After how long to wait, and end when that has passed', async () => {
    const email = uniqueEmail();
    const address = newAddress();
    await statuses(10, () => logIn(email, address));
    const refused = await logIn(email, address);
    expect(refused.status).toBe(429);
    expect(refused.error?.code).toBe('RATE_LIMITED');
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    app.clock.advance(seconds * 1000);
    expect((await logIn(email, address)).status).toBe(401);
  });

  it('count logged-in people one by one, whatever address they share', async () => {
    const [sam, ada] = [await register(app), await register(app)];
    const seen = await statuses(301, () => sam.get('/auth/sessions?limit=1'));
    expect(seen.slice(0, 300).every((status) => status === 200)).toBe(true);
    expect(seen[300]).toBe(429);
    expect((await sam.get('/users/me')).status).toBe(429);
    expect((await ada.get('/users/me')).status).toBe(200);
  });

  it('let a stolen access token try ten passwords a minute', async () => {
    const sam = await register(app);
    const seen = await statuses(11, () =>
      sam.post('/auth/password', {
        currentPassword: 'a guess',
        newPassword: 'staple gun on the roof',
      }),
    );
    expect(seen).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
  });

  it('never stop an SOS because of other traffic, neither by person nor by address', async () => {
    const sam = await register(app);
    await statuses(301, () => sam.get('/auth/sessions?limit=1'));
    expect((await sam.get('/users/me')).status).toBe(429);
    const alarm = await sam.post('/emergencies', { type: 'medical', requestId: randomUUID() });
    expect(alarm.status).not.toBe(429);
  });

  describe('for an address that has used up everything it may', () => {
    const BODIES: [path: string, body: Record<string, unknown>, times: number][] = [
      ['/auth/login', { password: 'x' }, 20],
      ['/auth/register', {}, 20],
      ['/auth/password/forgot', {}, 20],
      ['/auth/password/reset', {}, 20],
      ['/auth/refresh', { refreshToken: 'x' }, 120],
    ];

    /** Asks each public route until it refuses this address; gives the refusals. */
    const exhaust = (headers: Record<string, string>) =>
      Promise.all(
        BODIES.map(async ([path, body, times]) => {
          const answers = await Promise.all(
            Array.from({ length: times + 1 }, () =>
              call(app, 'POST', path, { ...body, email: uniqueEmail() }, { headers }),
            ),
          );
          return answers.filter(({ status }) => status === 429);
        }),
      );

    it('an SOS from there goes through, also with a token past its end', async () => {
      const address = newAddress();
      const [late, sam] = [await register(app), await register(app)];
      app.clock.advance(16 * MINUTE);
      const fresh = await sam.logIn();
      for (const refused of await exhaust(address)) expect(refused).toHaveLength(1);
      const others = await statuses(301, () => fresh.get('/auth/sessions?limit=1', address));
      expect(others.at(-1)).toBe(429);
      expect((await late.get('/auth/me', address)).error?.code).toBe('TOKEN_EXPIRED');
      for (const person of [late, fresh]) {
        const alarm = await person.post('/emergencies', { type: 'medical' }, address);
        expect(alarm.status).toBe(201);
      }
    });

    it('each refusal says in Retry-After how long to wait', async () => {
      const refused = (await exhaust(newAddress())).flat();
      expect(refused).toHaveLength(BODIES.length);
      for (const { headers, error } of refused) {
        expect(error?.code).toBe('RATE_LIMITED');
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
        expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
      }
    });

    it('addresses that it writes in front of its own change nothing', async () => {
      const { 'x-forwarded-for': own } = newAddress();
      await exhaust({ 'x-forwarded-for': own });
      for (const claimed of ['192.0.2.1', '127.0.0.1', '10.0.0.1, 192.0.2.2', 'nonsense']) {
        const answer = await logIn(uniqueEmail(), { 'x-forwarded-for': `${claimed}, ${own}` });
        expect(answer.status).toBe(429);
      }
    });
  });

  it.each([
    ['198.51.100.250', (port: number) => `198.51.100.250:${port}`],
    ['2001:db8:9::1', (port: number) => `[2001:db8:9::1]:${port}`],
  ])('count %s as one address where the proxy writes a port beside it', async (bare, withPort) => {
    let port = 10_000;
    const from = (address: string) => ({ 'x-forwarded-for': address });
    const seen = await statuses(21, () => logIn(uniqueEmail(), from(withPort((port += 1)))));
    expect(seen.at(-1)).toBe(429);
    expect((await logIn(uniqueEmail(), from(bare))).status).toBe(429);
  });

  it('count everybody behind one IPv6 network of /64 as one address', async () => {
    const host = (number: number) => ({ 'x-forwarded-for': `2001:db8:1:2::${number}` });
    let number = 0;
    const seen = await statuses(21, () => logIn(uniqueEmail(), host((number += 1))));
    expect(seen.at(-1)).toBe(429);
    expect((await logIn(uniqueEmail(), { 'x-forwarded-for': '2001:db8:1:3::1' })).status).toBe(401);
  });

  it('give alarms and passwords their own refusal, with Retry-After', async () => {
    const sam = await register(app);
    const alarms = await Promise.all(
      Array.from({ length: 61 }, () => sam.post('/emergencies', { type: 'medical' })),
    );
    const guesses = await Promise.all(
      Array.from({ length: 11 }, () => sam.delete('/users/me', { password: 'a guess' })),
    );
    for (const answers of [alarms, guesses]) {
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused).toHaveLength(1);
      expect(refused[0]?.headers.get('retry-after')).toMatch(/^[1-9]\d?$/);
    }
  });

  it('do not believe X-Forwarded-For of whom nobody told them to trust', async () => {
    const direct = await startTestApp({ env: { RATE_LIMITS: 'on', TRUST_PROXY: '10.0.0.0/8' } });
    const seen = await statuses(21, () =>
      call(
        direct,
        'POST',
        '/auth/login',
        { email: uniqueEmail(), password: 'x' },
        { headers: newAddress() },
      ),
    );
    await direct.close();
    expect(seen.at(-1)).toBe(429);
  });

  it('never stop a health check', async () => {
    const seen = new Set<number>();
    for (let time = 0; time < 310; time += 1) {
      seen.add((await fetch(`${app.url}/health/live`)).status);
    }
    expect([...seen]).toEqual([200]);
  });
});
