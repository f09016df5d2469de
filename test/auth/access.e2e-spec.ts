import { DAY, MINUTE } from '../../src/common/time/clock';
import { AccessService } from '../../src/modules/auth/access.service';
import { type Change, ChangeFeed } from '../../src/modules/events/change-feed';
import { startTestApp, type TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import { adminOf, call, must, register, staff, type TestActor } from '../support/actors';

describe('Access', () => {
  let app: TestApp;
  let admin: TestActor;

  beforeAll(async () => {
    app = await startTestApp();
    admin = await adminOf(app);
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => app.close());

  const enter = (token: string, allowExpired = false) =>
    app.get(AccessService).authenticate(token, { allowExpired });

  it('costs no database read while the change stream is fresh, and some while it is not', async () => {
    const sam = await register(app);
    let reads: string[] = [];
    app.connection.set('debug', (collection: string, method: string) => {
      // The workers of the server read and write meanwhile.
      if (['sessions', 'users'].includes(collection)) reads.push(`${collection}.${method}`);
    });
    await eventually(async () => {
      reads = [];
      await enter(sam.token);
      expect(reads).toEqual([]);
    });
    jest.spyOn(app.get(ChangeFeed), 'isFresh').mockReturnValue(false);
    await enter(sam.token);
    app.connection.set('debug', false);
    expect(reads).toEqual(['sessions.findOne', 'users.findOne']);
  });

  it('is refused to the suspended at once, and given back at once with the same token', async () => {
    const sam = await register(app);
    must(await admin.patch(`/admin/users/${sam.id}`, { status: 'suspended' }));
    const refused = await sam.get('/auth/me');
    expect([refused.status, refused.error?.code]).toEqual([403, 'ACCOUNT_SUSPENDED']);
    must(await admin.patch(`/admin/users/${sam.id}`, { status: 'active' }));
    expect((await sam.get('/auth/me')).status).toBe(200);
  });

  it('follows a change of role at once: tokens of before act with the new role', async () => {
    const sam = await register(app);
    must(await admin.patch(`/admin/users/${sam.id}`, { role: 'moderator' }));
    expect((await sam.get('/admin/users')).status).toBe(200);
    must(await admin.patch(`/admin/users/${sam.id}`, { role: 'user' }));
    expect((await sam.get('/admin/users')).status).toBe(403);
  });

  describe('on the node that took it away, before the change stream tells', () => {
    beforeEach(() => {
      // Nothing arrives from the stream, which looks alive all the same.
      const feed = app.get<ChangeFeed, { deliver(change: Change): void }>(ChangeFeed);
      jest.spyOn(feed, 'deliver').mockImplementation(() => undefined);
    });

    const refusal = async (actor: TestActor) => (await actor.get('/auth/me')).error?.code;

    it('ends with a log-out, here and everywhere', async () => {
      const sam = await register(app);
      const [phone, tablet] = [await sam.logIn(), await sam.logIn()];
      must(await sam.post('/auth/logout'));
      expect(await refusal(sam)).toBe('UNAUTHENTICATED');
      must(await phone.post('/auth/logout-all'));
      expect(await refusal(phone)).toBe('UNAUTHENTICATED');
      expect(await refusal(tablet)).toBe('UNAUTHENTICATED');
    });

    it('ends with the removal of one session', async () => {
      const sam = await register(app);
      const phone = await sam.logIn();
      const { items } = must(
        await phone.get<{ items: { id: string; current: boolean }[] }>('/auth/sessions'),
      ).data;
      const own = items.find(({ current }) => current);
      must(await sam.delete(`/auth/sessions/${own?.id}`));
      expect(await refusal(phone)).toBe('UNAUTHENTICATED');
    });

    it('ends with a change of the password', async () => {
      const sam = await register(app);
      const phone = await sam.logIn();
      const passwords = { currentPassword: sam.password, newPassword: 'staple gun on the roof' };
      must(await sam.post('/auth/password', passwords));
      expect(await refusal(phone)).toBe('UNAUTHENTICATED');
      expect(await refusal(sam)).toBeUndefined();
    });

    it('ends with the use of an old refresh token', async () => {
      const sam = await register(app);
      const refresh = (refreshToken: string) =>
        call<{ refreshToken: string }>(app, 'POST', '/auth/refresh', {
          refreshToken,
          tokenDelivery: 'body',
        });
      const next = must(await refresh(sam.refreshToken)).data.refreshToken;
      must(await refresh(next));
      expect((await refresh(sam.refreshToken)).status).toBe(401);
      expect(await refusal(sam)).toBe('UNAUTHENTICATED');
    });

    it('ends with suspension and with deletion, and follows a change of role', async () => {
      const [sam, ada, eve] = [await register(app), await register(app), await register(app)];
      const power = await staff(app, 'admin');
      must(await power.patch(`/admin/users/${sam.id}`, { status: 'suspended' }));
      expect(await refusal(sam)).toBe('ACCOUNT_SUSPENDED');
      must(await ada.delete('/users/me', { password: ada.password }));
      expect(await refusal(ada)).toBe('UNAUTHENTICATED');
      must(await power.patch(`/admin/users/${eve.id}`, { role: 'moderator' }));
      expect((await eve.get('/admin/users')).status).toBe(200);
    });
  });

  it('asks the database while the change stream lags: what the stream did not tell yet holds', async () => {
    const sam = await register(app);
    const ada = await register(app);
    const eve = await register(app);
    jest.spyOn(app.get(ChangeFeed), 'isFresh').mockReturnValue(false);
    const sessions = app.connection.collection('sessions');
    const users = app.connection.collection('users');
    await sessions.updateOne({ user: sam.objectId }, { $set: { revokedAt: new Date() } });
    await users.updateOne({ _id: ada.objectId }, { $set: { status: 'suspended' } });
    await users.updateOne({ _id: eve.objectId }, { $set: { role: 'moderator' } });
    await expect(enter(sam.token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(enter(ada.token)).rejects.toMatchObject({ code: 'ACCOUNT_SUSPENDED' });
    await expect(enter(eve.token)).resolves.toMatchObject({ role: 'moderator' });
  });

  describe('with a token past its end, where that is allowed', () => {
    const aged = async (days: number): Promise<TestActor> => {
      const person = await register(app);
      app.clock.advance(days * DAY);
      admin = await admin.logIn();
      return person;
    };

    it('is given while the session lives, days later', async () => {
      const sam = await aged(3);
      await expect(enter(sam.token)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
      const actor = await enter(sam.token, true);
      expect(actor.id.toHexString()).toBe(sam.id);
    });

    it('is given over HTTP for raising an SOS, and for nothing else', async () => {
      const [sam, loggedOut] = [await register(app), await register(app)];
      must(await loggedOut.post('/auth/logout'));
      await aged(3);
      expect((await sam.get('/emergencies/active')).error?.code).toBe('TOKEN_EXPIRED');
      expect((await sam.post('/emergencies', { type: 'medical' })).status).toBe(201);
      const refused = await loggedOut.post('/emergencies', { type: 'medical' });
      expect([refused.status, refused.error?.code]).toEqual([401, 'UNAUTHENTICATED']);
    });

    it('is refused once the session was revoked, even long ago', async () => {
      const sam = await register(app);
      await sam.post('/auth/logout');
      await aged(3);
      await expect(enter(sam.token, true)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    });

    it('is refused once the session has expired', async () => {
      const sam = await aged(31);
      await expect(enter(sam.token, true)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    });

    it('is refused to the suspended', async () => {
      const sam = await aged(1);
      must(await admin.patch(`/admin/users/${sam.id}`, { status: 'suspended' }));
      await expect(enter(sam.token, true)).rejects.toMatchObject({ code: 'ACCOUNT_SUSPENDED' });
    });

    it('acts with the role that holds now', async () => {
      const sam = await register(app);
      must(await admin.patch(`/admin/users/${sam.id}`, { role: 'moderator' }));
      app.clock.advance(20 * MINUTE);
      await expect(enter(sam.token, true)).resolves.toMatchObject({ role: 'moderator' });
    });
  });
});
