import { DAY, MINUTE } from '../../src/common/time/clock';
import { AccessService } from '../../src/modules/auth/access.service';
import { ChangeFeed } from '../../src/modules/events/change-feed';
import { startTestApp, type TestApp } from '../support/app';
import { adminOf, must, register, type TestActor } from '../support/actors';

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
    const reads: string[] = [];
    app.connection.set('debug', (collection: string, method: string) => {
      reads.push(`${collection}.${method}`);
    });
    await enter(sam.token);
    const fresh = [...reads];
    jest.spyOn(app.get(ChangeFeed), 'isFresh').mockReturnValue(false);
    await enter(sam.token);
    app.connection.set('debug', false);
    expect(fresh).toEqual([]);
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
