import { randomUUID } from 'node:crypto';
import { MINUTE } from '../../src/common/time/clock';
import { startTestApp, type TestApp } from '../support/app';
import { type Answer, call, register, uniqueEmail } from '../support/actors';

describe('Rate limits', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ env: { RATE_LIMITS: 'on', TRUST_PROXY: 'true' } });
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

  it('never stop a health check', async () => {
    const seen = new Set<number>();
    for (let time = 0; time < 310; time += 1) {
      seen.add((await fetch(`${app.url}/health/live`)).status);
    }
    expect([...seen]).toEqual([200]);
  });
});
