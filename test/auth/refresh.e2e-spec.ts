import { DAY } from '../../src/common/time/clock';
import { startTestApp, type TestApp } from '../support/app';
import { adminOf, call, must, register, TEST_PASSWORD, type TestActor } from '../support/actors';

interface Tokens {
  accessToken: string;
  expiresIn: number;
  refreshToken: string;
}

describe('Refreshing', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  const refresh = (refreshToken: string) =>
    call<Tokens>(app, 'POST', '/auth/refresh', { refreshToken, tokenDelivery: 'body' });
  const isIn = async (token: string) =>
    (await call(app, 'GET', '/auth/me', undefined, { token })).status === 200;

  it('gives a new access token and a new refresh token', async () => {
    const sam = await register(app);
    const answer = await refresh(sam.refreshToken);
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({
      accessToken: expect.any(String),
      expiresIn: 900,
      refreshToken: expect.any(String),
    });
    expect(answer.data.refreshToken).not.toBe(sam.refreshToken);
    expect(await isIn(answer.data.accessToken)).toBe(true);
  });

  it('rotates the cookie of a browser', async () => {
    const sam = await register(app);
    const login = await call(app, 'POST', '/auth/login', {
      email: sam.email,
      password: TEST_PASSWORD,
    });
    const headers = { cookie: `refresh_token=${login.refreshCookie}` };
    const answer = await call<Tokens>(app, 'POST', '/auth/refresh', undefined, { headers });
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({ accessToken: expect.any(String), expiresIn: 900 });
    expect(answer.refreshCookie).toEqual(expect.any(String));
    expect(answer.refreshCookie).not.toBe(login.refreshCookie);
  });

  it('does not hand the token of a cookie to a script that asks for it in the body', async () => {
    const sam = await register(app);
    const headers = { cookie: `refresh_token=${sam.refreshToken}` };
    const answer = await call(app, 'POST', '/auth/refresh', { tokenDelivery: 'body' }, { headers });
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain(sam.refreshToken.slice(0, 24));
  });

  it.each([
    [{ refreshToken: { $gt: '' } }],
    [{ refreshToken: ['x'] }],
    [{ refreshToken: null }],
    [{ refreshToken: 'x', tokenDelivery: 'pigeon' }],
    [{ refreshToken: 'x', userId: 'y' }],
  ])('refuses the body %j', async (body) => {
    const answer = await call(app, 'POST', '/auth/refresh', body);
    expect([answer.status, answer.error?.code]).toEqual([400, 'VALIDATION_FAILED']);
  });

  it('needs a token at all', async () => {
    for (const body of [undefined, {}]) {
      const answer = await call(app, 'POST', '/auth/refresh', body);
      expect([answer.status, answer.error?.code]).toEqual([401, 'UNAUTHENTICATED']);
    }
  });

  it('gives the same successor again when its answer was lost', async () => {
    const sam = await register(app);
    const lost = await refresh(sam.refreshToken);
    const again = await refresh(sam.refreshToken);
    expect(again.status).toBe(200);
    expect(again.data.refreshToken).toBe(lost.data.refreshToken);
    expect((await refresh(again.data.refreshToken)).status).toBe(200);
  });

  it('gives parallel requests with one token the same successor and revokes nothing', async () => {
    for (let round = 0; round < 10; round += 1) {
      const sam = await register(app);
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => refresh(sam.refreshToken)),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      expect(new Set(answers.map(({ data }) => data.refreshToken)).size).toBe(1);
      expect((await refresh(answers[0]?.data.refreshToken ?? '')).status).toBe(200);
    }
  });

  it('closes the whole session when a token comes whose successor was used', async () => {
    const sam = await register(app);
    const second = must(await refresh(sam.refreshToken)).data;
    const third = must(await refresh(second.refreshToken)).data;
    const stolen = await refresh(sam.refreshToken);
    expect(stolen.status).toBe(401);
    expect(stolen.error?.code).toBe('REFRESH_TOKEN_REUSED');
    for (const token of [sam.token, second.accessToken, third.accessToken]) {
      expect(await isIn(token)).toBe(false);
    }
    const after = await refresh(third.refreshToken);
    expect([after.status, after.error?.code]).toEqual([401, 'UNAUTHENTICATED']);
  });

  it('closes that session alone: other devices stay logged in', async () => {
    const sam = await register(app);
    const phone = await sam.logIn();
    const second = must(await refresh(sam.refreshToken)).data;
    must(await refresh(second.refreshToken));
    await refresh(sam.refreshToken);
    expect(await isIn(sam.token)).toBe(false);
    expect(await isIn(phone.token)).toBe(true);
  });

  it('cannot be used to end a session by whoever merely knows its id', async () => {
    const sam = await register(app);
    const [session, secret = '', seal = ''] = sam.refreshToken.split('.');
    const madeUp = [
      `${session}.${'A'.repeat(43)}.${seal}`,
      `${session}.${secret}.${'A'.repeat(43)}`,
      `${session}.${'A'.repeat(43)}.${'A'.repeat(43)}`,
      session ?? '',
      '',
    ];
    for (const token of madeUp) {
      const answer = await refresh(token);
      expect([answer.status, answer.error?.code]).toEqual([401, 'UNAUTHENTICATED']);
    }
    expect(await isIn(sam.token)).toBe(true);
    expect((await refresh(sam.refreshToken)).status).toBe(200);
  });

  it('keeps no token at rest that could be used', async () => {
    const sam = await register(app);
    const { refreshToken } = must(await refresh(sam.refreshToken)).data;
    const stored = JSON.stringify(await app.connection.collection('sessions').find().toArray());
    for (const token of [sam.refreshToken, refreshToken]) {
      for (const part of token.split('.').slice(1)) expect(stored).not.toContain(part);
    }
  });

  it('keeps a session that is used alive past 30 days, and ends one that is not', async () => {
    const used = await register(app);
    const idle = await register(app);
    app.clock.advance(20 * DAY);
    const { refreshToken } = must(await refresh(used.refreshToken)).data;
    app.clock.advance(20 * DAY);
    expect((await refresh(refreshToken)).status).toBe(200);
    const late = await refresh(idle.refreshToken);
    expect([late.status, late.error?.code]).toEqual([401, 'UNAUTHENTICATED']);
  });

  it('lets the database remove sessions that have ended', async () => {
    const indexes = await app.connection.collection('sessions').indexes();
    expect(indexes).toContainEqual(
      expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }),
    );
  });

  it('carries the role that holds now', async () => {
    const admin = await adminOf(app);
    const person = await register(app);
    const fresh = await adminTokens(admin);
    must(
      await call(
        app,
        'PATCH',
        `/admin/users/${person.id}`,
        { role: 'moderator' },
        { token: fresh },
      ),
    );
    const { accessToken } = must(await refresh(person.refreshToken)).data;
    const claims = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
    expect(claims.role).toBe('moderator');
  });

  /** The clock was moved by other tests. */
  const adminTokens = async (admin: TestActor) => (await admin.logIn()).token;
});
