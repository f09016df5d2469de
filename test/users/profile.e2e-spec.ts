import { startTestApp, type TestApp } from '../support/app';
import { adminOf, must, register, type TestActor } from '../support/actors';
import { UserLifecycle } from '../../src/modules/users/user-lifecycle';
import { UsersService } from '../../src/modules/users/users.service';

describe('A profile', () => {
  let app: TestApp;
  let sam: TestActor;

  beforeAll(async () => {
    app = await startTestApp();
  });
  beforeEach(async () => {
    sam = await register(app, { phone: '+4930123456' });
  });
  afterAll(() => app.close());

  it('is the same at /users/me and /auth/me', async () => {
    const [a, b] = [await sam.get('/users/me'), await sam.get('/auth/me')];
    expect(a.status).toBe(200);
    expect(a.data).toEqual(b.data);
  });

  it('changes in what is sent and stays in what is not', async () => {
    const changes = {
      bio: 'Paramedic.',
      avatarUrl: 'https://cdn.example.org/sam.jpg',
      emergencyRadiusMeters: 100,
      shareLocationWithContacts: false,
    };
    const answer = must(await sam.patch('/users/me', changes));
    expect(answer.data).toMatchObject({
      ...changes,
      displayName: 'Sam Example',
      phone: '+4930123456',
    });
    expect(must(await sam.get('/users/me')).data).toEqual(answer.data);
    expect(must(await sam.patch('/users/me', {})).data).toEqual(answer.data);
  });

  it('takes null for what may be empty', async () => {
    must(await sam.patch('/users/me', { bio: 'x', avatarUrl: 'https://a.example/b' }));
    const empty = { phone: null, bio: null, avatarUrl: null };
    expect(must(await sam.patch('/users/me', empty)).data).toMatchObject(empty);
  });

  it.each([
    { displayName: null },
    { displayName: ' ' },
    { displayName: 7 },
    { phone: '030' },
    { bio: 'x'.repeat(501) },
    { avatarUrl: 'http://cdn.example.org/sam.jpg' },
    { avatarUrl: 'javascript:alert(1)' },
    { emergencyRadiusMeters: 99 },
    { emergencyRadiusMeters: 50_001 },
    { emergencyRadiusMeters: 500.5 },
    { emergencyRadiusMeters: '500' },
    { emergencyRadiusMeters: null },
    { shareLocationWithContacts: null },
    { shareLocationWithContacts: 'yes' },
    { email: 'other@example.org' },
    { role: 'admin' },
    { verified: true },
    { trustScore: 1000 },
    { status: 'active' },
    { passwordHash: 'x' },
  ])('refuses %j', async (changes) => {
    const answer = await sam.patch('/users/me', changes);
    expect([answer.status, answer.error?.code]).toEqual([400, 'VALIDATION_FAILED']);
  });

  describe('seen by others', () => {
    it('shows what is public and nothing else', async () => {
      const ada = await register(app);
      const answer = must(await ada.get(`/users/${sam.id}`));
      expect(answer.data).toEqual({
        id: sam.id,
        displayName: 'Sam Example',
        bio: null,
        avatarUrl: null,
        trustScore: 500,
        verified: false,
      });
    });

    it('is not found when blocked either way, suspended, erased, or not there', async () => {
      const [ada, eve, bob] = [await register(app), await register(app), await register(app)];
      must(await sam.put(`/users/me/blocks/${ada.id}`));
      const admin = await adminOf(app);
      must(await admin.patch(`/admin/users/${eve.id}`, { status: 'suspended' }));
      must(await bob.delete('/users/me', { password: bob.password }));
      const answers = [
        await ada.get(`/users/${sam.id}`),
        await sam.get(`/users/${ada.id}`),
        await sam.get(`/users/${eve.id}`),
        await sam.get(`/users/${bob.id}`),
        await sam.get('/users/0123456789abcdef01234567'),
      ];
      expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
      expect(answers[0]?.status).toBe(404);
    });
  });

  describe('as a helper', () => {
    it('is offered, paused and taken back by its owner; opting in makes available', async () => {
      const offered = await sam.patch('/users/me/helper', { helper: true });
      expect(offered.data).toMatchObject({ helper: true, available: true, verified: false });
      const paused = await sam.patch('/users/me/helper', { available: false });
      expect(paused.data).toMatchObject({ helper: true, available: false });
      const repeated = await sam.patch('/users/me/helper', { helper: true });
      expect(repeated.data).toMatchObject({ helper: true, available: false });
      const settings = { available: true, helperRadiusMeters: 2500, skills: ['first aid'] };
      expect((await sam.patch('/users/me/helper', settings)).data).toMatchObject(settings);
      const ended = await sam.patch('/users/me/helper', { helper: false });
      expect(ended.data).toMatchObject({ helper: false, available: false });
    });

    it('may begin with a pause', async () => {
      const answer = await sam.patch('/users/me/helper', { helper: true, available: false });
      expect(answer.data).toMatchObject({ helper: true, available: false });
    });

    it.each([
      { verified: true },
      { helper: null },
      { helper: 'true' },
      { available: 1 },
      { helperRadiusMeters: 99 },
      { skills: 'first aid' },
      { skills: ['x'.repeat(51)] },
      { skills: Array.from({ length: 21 }, (_, index) => `skill ${index}`) },
    ])('refuses %j', async (settings) => {
      expect((await sam.patch('/users/me/helper', settings)).status).toBe(400);
    });
  });

  describe('with a position', () => {
    it('keeps the latest one, with its accuracy and time, and tells who follows', async () => {
      const heard: unknown[] = [];
      app.get(UserLifecycle).register({
        onLocation: async (user, fix) => void heard.push([user.toHexString(), fix]),
      });
      await sam.put('/users/me/location', { latitude: 1, longitude: 2 });
      const place = { latitude: -33.8688, longitude: 151.2093, accuracyMeters: 8 };
      const answer = await sam.put('/users/me/location', place);
      const location = { ...place, updatedAt: expect.any(String) };
      expect(answer.status).toBe(200);
      expect(answer.data).toEqual(location);
      expect((await sam.get('/users/me')).data).toMatchObject({ location });
      expect(heard).toEqual([
        [sam.id, { latitude: 1, longitude: 2, accuracyMeters: null }],
        [sam.id, place],
      ]);
      const stored = await app.connection.collection('users').findOne({ _id: sam.objectId });
      expect(stored?.location).toEqual({ type: 'Point', coordinates: [151.2093, -33.8688] });
    });

    it.each([
      [{ latitude: 90, longitude: 180, accuracyMeters: 0 }],
      [{ latitude: -90, longitude: -180, accuracyMeters: 100_000 }],
      [{ latitude: 0, longitude: 0, accuracyMeters: null }],
    ])('may be at the edge: %j', async (place) => {
      expect((await sam.put('/users/me/location', place)).status).toBe(200);
    });

    it.each([
      [{}],
      [{ latitude: 90.001, longitude: 0 }],
      [{ latitude: 0, longitude: -180.001 }],
      [{ latitude: '52', longitude: 13 }],
      [{ latitude: null, longitude: 13 }],
      [{ latitude: 52, longitude: 13, accuracyMeters: -1 }],
      [{ latitude: 52, longitude: 13, accuracyMeters: 100_001 }],
      [{ latitude: 52, longitude: 13, altitude: 3 }],
      [[52, 13]],
    ])('refuses %j', async (place) => {
      expect((await sam.put('/users/me/location', place)).status).toBe(400);
    });
  });

  it('is named for other modules in one read', async () => {
    const ada = await register(app, { displayName: 'Ada' });
    const names = await app.get(UsersService).publicNames([sam.objectId, ada.objectId]);
    expect(names.get(sam.id)).toEqual({
      id: sam.id,
      displayName: 'Sam Example',
      trustScore: 500,
      phone: '+4930123456',
      status: 'active',
    });
    expect(names.get(ada.id)?.displayName).toBe('Ada');
  });
});
