import { DomainError } from '../../src/common/errors/domain-error';
import { AccessRegistry, type Revoked } from '../../src/modules/auth/access-registry';
import { UserLifecycle } from '../../src/modules/users/user-lifecycle';
import { startTestApp, type TestApp } from '../support/app';
import { call, must, register, staff, type TestActor, verifiedHelper } from '../support/actors';

interface User {
  id: string;
  email: string;
  role: string;
  verified: boolean;
  status: string;
  location: { latitude: number; longitude: number; accuracyMeters: number } | null;
}

interface Users {
  items: User[];
  nextCursor: string | null;
}

describe('Moderation', () => {
  let app: TestApp;
  let admin: TestActor;
  let moderator: TestActor;
  let sam: TestActor;

  beforeAll(async () => {
    app = await startTestApp();
    admin = await staff(app, 'admin');
    moderator = await staff(app, 'moderator');
  });
  beforeEach(async () => {
    sam = await register(app);
  });
  afterAll(() => app.close());

  const change = (actor: TestActor, target: TestActor, changes: object) =>
    actor.patch<User>(`/admin/users/${target.id}`, changes);
  const audit = (target: TestActor) =>
    app.connection.collection('audit_log').find({ target: target.objectId }).toArray();

  it('is closed to users', async () => {
    for (const answer of [
      await sam.get('/admin/users'),
      await sam.get(`/admin/users/${sam.id}`),
      await change(sam, sam, { verified: true }),
    ]) {
      expect([answer.status, answer.error?.code]).toEqual([403, 'FORBIDDEN']);
    }
    expect((await call(app, 'GET', '/admin/users')).status).toBe(401);
  });

  it('verifies a helper', async () => {
    const answer = await change(moderator, sam, { verified: true });
    expect(answer.status).toBe(200);
    expect(answer.data).toMatchObject({ id: sam.id, verified: true });
    expect((await sam.get('/users/me')).data).toMatchObject({ verified: true });
  });

  it('suspends: requests, log-ins and refreshes are refused at once, until it is taken back', async () => {
    const heard: Revoked[] = [];
    app.get(AccessRegistry).onRevoked((revoked) => heard.push(revoked));
    must(await change(moderator, sam, { status: 'suspended' }));
    expect(heard.map(({ userId }) => userId?.toHexString())).toEqual([sam.id]);
    const logIn = (password: string) =>
      call(app, 'POST', '/auth/login', { email: sam.email, password });
    const { refreshToken } = sam;
    for (const answer of [
      await sam.get('/auth/me'),
      await logIn(sam.password),
      await call(app, 'POST', '/auth/refresh', { refreshToken }),
    ]) {
      expect([answer.status, answer.error?.code]).toEqual([403, 'ACCOUNT_SUSPENDED']);
    }
    // Only who knows the password is told.
    expect((await logIn('not the password')).error?.code).toBe('INVALID_CREDENTIALS');
    must(await change(moderator, sam, { status: 'active' }));
    expect((await sam.get('/auth/me')).status).toBe(200);
    expect((await call(app, 'POST', '/auth/refresh', { refreshToken })).status).toBe(200);
  });

  it('tells the other modules inside the same transaction, once for a real change', async () => {
    const heard: string[] = [];
    let fail = true;
    app.get(UserLifecycle).register({
      onHelperRevoked: async (user, reason) => {
        if (user.toHexString() !== sam.id) return;
        if (fail) throw new DomainError('CONFLICT', 'A consequence failed.');
        heard.push(reason);
      },
    });
    must(await change(admin, sam, { verified: true }));
    expect((await change(admin, sam, { verified: false })).status).toBe(409);
    expect((await sam.get('/users/me')).data).toMatchObject({ verified: true });
    expect(await audit(sam)).toHaveLength(1);
    fail = false;
    must(await change(admin, sam, { verified: false }));
    must(await change(admin, sam, { verified: false }));
    must(await change(admin, sam, { status: 'suspended' }));
    expect(heard).toEqual(['unverified', 'suspended']);
  });

  it('is recorded: who changed what of whom, from what to what', async () => {
    must(await change(admin, sam, { verified: true, role: 'moderator' }));
    must(await change(admin, sam, { verified: true }));
    expect(await audit(sam)).toEqual([
      expect.objectContaining({
        actor: admin.objectId,
        action: 'user.changed',
        target: sam.objectId,
        changes: { verified: { from: false, to: true }, role: { from: 'user', to: 'moderator' } },
        at: expect.any(Date),
      }),
    ]);
  });

  it.each([
    ['a moderator, a role', () => change(moderator, sam, { role: 'moderator' })],
    ['a moderator, an admin', () => change(moderator, admin, { verified: true })],
    ['a moderator, themselves', () => change(moderator, moderator, { verified: true })],
    ['an admin, their own suspension', () => change(admin, admin, { status: 'suspended' })],
    ['an admin, their own role', () => change(admin, admin, { role: 'user' })],
  ])('does not let %s', async (_, attempt) => {
    const answer = await attempt();
    expect([answer.status, answer.error?.code]).toEqual([403, 'FORBIDDEN']);
  });

  it.each([
    { status: 'erased' },
    { status: 'deleted' },
    { status: null },
    { verified: null },
    { verified: 'true' },
    { role: 'owner' },
    { role: null },
    { trustScore: 1000 },
    { email: 'x@example.org' },
  ])('refuses %j', async (changes) => {
    expect((await change(admin, sam, changes)).status).toBe(400);
  });

  it('does not find accounts that are erased or never were', async () => {
    must(await sam.delete('/users/me', { password: sam.password }));
    expect((await change(admin, sam, { status: 'active' })).status).toBe(404);
    expect((await admin.get('/admin/users/0123456789abcdef01234567')).status).toBe(404);
    expect((await admin.get('/admin/users/nobody')).status).toBe(400);
  });

  it('leaves one admin of two who demote each other at once', async () => {
    const users = app.connection.collection('users');
    for (let round = 0; round < 10; round += 1) {
      const [one, two] = [await staff(app, 'admin'), await staff(app, 'admin')];
      const answers = await Promise.all([
        change(one, two, { role: 'user' }),
        change(two, one, { role: 'user' }),
      ]);
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403]);
      const left = await users.countDocuments({
        _id: { $in: [one.objectId, two.objectId] },
        role: 'admin',
      });
      expect(left).toBe(1);
    }
  });

  it('shows the neighbourhood of a helper, not the place', async () => {
    const place = { latitude: 52.520_08, longitude: 13.404_95, accuracyMeters: 5 };
    const helper = await verifiedHelper(app, place);
    const { data, text } = must(await moderator.get<User>(`/admin/users/${helper.id}`));
    expect(text).not.toContain('52.52008');
    expect(Math.abs((data.location?.latitude ?? 0) - place.latitude)).toBeLessThan(0.005);
    expect(data.location?.accuracyMeters).toBe(354);
  });

  describe('lists', () => {
    let people: TestActor[];

    beforeAll(async () => {
      people = [];
      for (const name of ['Zoë Adler', 'zoë Baker', 'Zora Cook']) {
        people.push(
          await register(app, { displayName: name, email: `list-${people.length}@x.org` }),
        );
      }
      const [first, second] = people as [TestActor, TestActor];
      must(await first.patch('/users/me/helper', { helper: true }));
      must(await second.patch('/users/me/helper', { helper: true }));
      must(await change(admin, second, { verified: true }));
    });

    const find = async (query: string): Promise<string[]> =>
      must(await admin.get<Users>(`/admin/users?${query}`)).data.items.map(({ id }) => id);
    const ids = (...indexes: number[]) => indexes.map((index) => people[index]?.id);

    it.each([
      ['q=zo', [2, 1, 0]],
      ['q=ZO%C3%8B', [1, 0]],
      ['q=zora%20c', [2]],
      ['q=LIST-1', [1]],
      ['q=list-', [2, 1, 0]],
      ['q=list-&helper=true', [1, 0]],
      ['q=list-&helper=true&verified=false', [0]],
      ['q=list-&verified=true', [1]],
      ['q=list-&role=admin', []],
      ['q=list-&status=suspended', []],
      ['q=%25', null],
      ['q=.*', null],
    ])('what begins with %s', async (query, expected) => {
      if (expected === null) {
        const answer = await admin.get<Users>(`/admin/users?${query}`);
        if (answer.status === 200) expect(answer.data.items).toEqual([]);
        else expect(answer.status).toBe(400);
      } else expect(await find(query)).toEqual(ids(...expected));
    });

    it('by role and by status', async () => {
      must(await change(admin, sam, { status: 'suspended' }));
      expect(await find('status=suspended')).toContain(sam.id);
      expect(await find('role=admin')).toContain(admin.id);
      expect(await find('role=moderator')).not.toContain(admin.id);
    });

    it('everybody, page by page, without repeating or missing one', async () => {
      const seen: string[] = [];
      let cursor: string | null = '';
      do {
        const query: string = cursor ? `&cursor=${cursor}` : '';
        const page: Users = must(await admin.get<Users>(`/admin/users?limit=7${query}`)).data;
        seen.push(...page.items.map(({ id }) => id));
        ({ nextCursor: cursor } = page);
      } while (cursor);
      const all = await app.connection.collection('users').find().sort({ _id: -1 }).toArray();
      expect(seen).toEqual(all.map(({ _id }) => _id.toHexString()));
    });

    it.each(['limit=0', 'limit=101', 'q=a', 'role=owner', 'verified=yes', 'sort=email'])(
      'refuse %s',
      async (query) => {
        expect((await admin.get(`/admin/users?${query}`)).status).toBe(400);
      },
    );

    it('refuse a cursor that is none', async () => {
      const answer = await admin.get('/admin/users?cursor=nonsense');
      expect([answer.status, answer.error?.code]).toEqual([400, 'INVALID_CURSOR']);
    });
  });
});
