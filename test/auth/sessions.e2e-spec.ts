import { randomBytes } from 'node:crypto';
import { AccessRegistry, type Revoked } from '../../src/modules/auth/access-registry';
import { eventually } from '../support/eventually';
import { startTestApp, type TestApp } from '../support/app';
import { adminOf, call, must, register, type TestActor } from '../support/actors';

interface Session {
  id: string;
  userAgent: string | null;
  createdAt: string;
  lastUsedAt: string;
  current: boolean;
}

interface Sessions {
  items: Session[];
  nextCursor: string | null;
}

describe('Sessions', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  const statusOf = async (actor: TestActor) => (await actor.get('/auth/me')).status;
  const refreshStatus = async ({ refreshToken }: TestActor) =>
    (await call(app, 'POST', '/auth/refresh', { refreshToken })).status;

  it('end with a log-out: both tokens are refused at once and the cookie is cleared', async () => {
    const sam = await register(app);
    const answer = await sam.post('/auth/logout');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('set-cookie')).toMatch(/^refresh_token=;.*Path=\/api\/v1\/auth/);
    expect(await statusOf(sam)).toBe(401);
    expect(await refreshStatus(sam)).toBe(401);
  });

  it('of other devices go on after a log-out', async () => {
    const sam = await register(app);
    const phone = await sam.logIn();
    await sam.post('/auth/logout');
    expect(await statusOf(phone)).toBe(200);
  });

  it('all end with a log-out everywhere', async () => {
    const sam = await register(app);
    const devices = [sam, await sam.logIn(), await sam.logIn()];
    expect((await sam.post('/auth/logout-all')).status).toBe(200);
    for (const device of devices) {
      expect(await statusOf(device)).toBe(401);
      expect(await refreshStatus(device)).toBe(401);
    }
  });

  it('are listed to their owner, newest first, page by page', async () => {
    const sam = await register(app);
    const login = { email: sam.email, password: sam.password };
    const headers = { 'user-agent': 'AllyNet/3.2 (Android)' };
    must(await call(app, 'POST', '/auth/login', login, { headers }));
    await sam.logIn();
    const first = must(await sam.get<Sessions>('/auth/sessions?limit=2')).data;
    const rest = must(
      await sam.get<Sessions>(`/auth/sessions?limit=2&cursor=${first.nextCursor}`),
    ).data;
    expect(first.items).toHaveLength(2);
    expect(first.items[1]?.userAgent).toBe('AllyNet/3.2 (Android)');
    expect(rest.items).toEqual([
      {
        id: expect.any(String),
        userAgent: expect.any(String),
        createdAt: expect.any(String),
        lastUsedAt: expect.any(String),
        current: true,
      },
    ]);
    expect(rest.nextCursor).toBeNull();
    await sam.post('/auth/logout');
    const phone = await sam.logIn();
    const left = must(await phone.get<Sessions>('/auth/sessions')).data;
    expect(left.items.map(({ current }) => current)).toEqual([true, false, false]);
  });

  it('can be ended one by one, by their owner alone', async () => {
    const sam = await register(app);
    const lost = await sam.logIn();
    const stranger = await register(app);
    const { items } = must(await lost.get<Sessions>('/auth/sessions')).data;
    const id = items.find(({ current }) => current)?.id;
    expect((await stranger.delete(`/auth/sessions/${id}`)).status).toBe(404);
    expect(await statusOf(lost)).toBe(200);
    expect((await sam.delete(`/auth/sessions/${id}`)).status).toBe(200);
    expect(await statusOf(lost)).toBe(401);
    expect(await refreshStatus(lost)).toBe(401);
    expect((await sam.delete(`/auth/sessions/${id}`)).status).toBe(404);
    expect((await sam.delete('/auth/sessions/nonsense')).status).toBe(400);
  });

  it('tell whoever holds sockets open that they ended, once each', async () => {
    const heard: Revoked[] = [];
    app.get(AccessRegistry).onRevoked((revoked) => heard.push(revoked));
    const sam = await register(app);
    const { items } = must(await sam.get<Sessions>('/auth/sessions')).data;
    await sam.post('/auth/logout');
    expect(heard.map(({ sessionId }) => sessionId?.toHexString())).toEqual([items[0]?.id]);
    // The change stream tells of it again: a second session's end shows that the first has come through.
    const ada = await register(app);
    await app.connection
      .collection('sessions')
      .updateOne({ user: ada.objectId }, { $set: { revokedAt: new Date() } });
    await eventually(() => expect(heard.length).toBeGreaterThan(1));
    expect(heard).toHaveLength(2);
  });
});

describe('Two servers on one database', () => {
  const database = `test_${randomBytes(6).toString('hex')}`;
  let one: TestApp;
  let two: TestApp;

  beforeAll(async () => {
    one = await startTestApp({ database });
    two = await startTestApp({ database });
  });
  afterAll(async () => {
    await one.connection.dropDatabase();
    await Promise.all([one.close(), two.close()]);
  });

  const refusedOnTwo = (actor: TestActor, code: string) =>
    eventually(async () => {
      expect((await actor.on(two).get('/auth/me')).error?.code).toBe(code);
    }, 1000);

  it('refuse on one within a second what was logged out on the other', async () => {
    const sam = await register(one);
    expect((await sam.on(two).get('/auth/me')).status).toBe(200);
    await sam.post('/auth/logout');
    await refusedOnTwo(sam, 'UNAUTHENTICATED');
  });

  it('refuse on one within a second who was suspended on the other, and admit them again', async () => {
    const sam = await register(one);
    const admin = await adminOf(one);
    must(await admin.patch(`/admin/users/${sam.id}`, { status: 'suspended' }));
    await refusedOnTwo(sam, 'ACCOUNT_SUSPENDED');
    must(await admin.patch(`/admin/users/${sam.id}`, { status: 'active' }));
    await eventually(async () => {
      expect((await sam.on(two).get('/auth/me')).status).toBe(200);
    }, 1000);
  });

  it('give a token on one within a second the role that was given on the other', async () => {
    const sam = await register(one);
    const admin = await adminOf(one);
    expect((await sam.on(two).get('/admin/users')).status).toBe(403);
    must(await admin.patch(`/admin/users/${sam.id}`, { role: 'moderator' }));
    await eventually(async () => {
      expect((await sam.on(two).get('/admin/users')).status).toBe(200);
    }, 1000);
  });

  it('know from their start who was revoked before it', async () => {
    const sam = await register(one);
    const suspended = await register(one);
    const promoted = await register(one);
    const admin = await adminOf(one);
    await sam.post('/auth/logout');
    must(await admin.patch(`/admin/users/${suspended.id}`, { status: 'suspended' }));
    must(await admin.patch(`/admin/users/${promoted.id}`, { role: 'moderator' }));
    const three = await startTestApp({ database });
    try {
      expect((await sam.on(three).get('/auth/me')).error?.code).toBe('UNAUTHENTICATED');
      expect((await suspended.on(three).get('/auth/me')).error?.code).toBe('ACCOUNT_SUSPENDED');
      expect((await promoted.on(three).get('/admin/users')).status).toBe(200);
    } finally {
      await three.close();
    }
  });

  it('rotate one refresh token to the same successor', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { refreshToken } = await register(one);
      const body = { refreshToken, tokenDelivery: 'body' };
      const answers = await Promise.all(
        [one, two, one, two].map((server) =>
          call<{ refreshToken: string }>(server, 'POST', '/auth/refresh', body),
        ),
      );
      expect(new Set(answers.map(({ data }) => data.refreshToken)).size).toBe(1);
    }
  });
});
