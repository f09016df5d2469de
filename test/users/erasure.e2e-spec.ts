import { DomainError } from '../../src/common/errors/domain-error';
import { UserLifecycle } from '../../src/modules/users/user-lifecycle';
import { startTestApp, type TestApp } from '../support/app';
import { call, must, register, staff, type TestActor } from '../support/actors';

describe('Deleting an account', () => {
  let app: TestApp;
  let sam: TestActor;

  beforeAll(async () => {
    app = await startTestApp();
  });
  beforeEach(async () => {
    sam = await register(app, { displayName: 'Samira Okafor', phone: '+4930123456' });
  });
  afterAll(() => app.close());

  const erase = (actor: TestActor, password = actor.password) =>
    actor.delete('/users/me', { password });
  const stored = (actor: TestActor) =>
    app.connection.collection('users').findOne({ _id: actor.objectId });

  it('takes everything personal out of the database and keeps an empty record', async () => {
    must(await sam.patch('/users/me', { bio: 'Paramedic.', avatarUrl: 'https://a.example/b' }));
    must(await sam.patch('/users/me/helper', { helper: true, skills: ['first aid'] }));
    must(await sam.put('/users/me/location', { latitude: 52.52, longitude: 13.405 }));
    const contact = { name: 'Ada', phone: '+4930123457' };
    must(await sam.post('/users/me/contacts', contact, { 'idempotency-key': 'one' }));
    must(
      await call(
        app,
        'POST',
        '/auth/login',
        { email: sam.email, password: sam.password },
        { headers: { 'user-agent': 'Samiras phone' } },
      ),
    );
    must(await call(app, 'POST', '/auth/password/forgot', { email: sam.email }));
    expect((await erase(sam)).status).toBe(200);
    const document = await stored(sam);
    expect(document).toMatchObject({
      status: 'erased',
      displayName: 'Deleted account',
      helper: false,
      available: false,
      verified: false,
      phone: null,
      bio: null,
      avatarUrl: null,
      contacts: [],
      skills: [],
    });
    expect(Object.keys(document ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(email|passwordHash|location.*)$/)]),
    );
    const collections = await app.connection.listCollections();
    for (const { name } of collections) {
      const everything = JSON.stringify(await app.connection.collection(name).find().toArray());
      for (const secret of [sam.email, 'Samira', '4930123', '13.405', 'Paramedic']) {
        expect(everything).not.toContain(secret);
      }
    }
  });

  it('ends every session and every way back in', async () => {
    const phone = await sam.logIn();
    must(await erase(sam));
    expect((await sam.get('/auth/me')).status).toBe(401);
    expect((await phone.get('/auth/me')).status).toBe(401);
    const { refreshToken } = phone;
    expect((await call(app, 'POST', '/auth/refresh', { refreshToken })).status).toBe(401);
    const login = { email: sam.email, password: sam.password };
    expect((await call(app, 'POST', '/auth/login', login)).status).toBe(401);
  });

  it('frees the e-mail address', async () => {
    must(await erase(sam));
    const again = await register(app, { email: sam.email });
    expect(again.id).not.toBe(sam.id);
  });

  it('needs the password', async () => {
    const answer = await erase(sam, 'not the password');
    expect([answer.status, answer.error?.code]).toEqual([401, 'INVALID_CREDENTIALS']);
    expect((await sam.delete('/users/me', {})).status).toBe(400);
    expect((await sam.get('/auth/me')).status).toBe(200);
  });

  it('is refused as a whole when another module refuses it', async () => {
    app.get(UserLifecycle).register({
      onErasing: async (user) => {
        if (user.toHexString() === sam.id) throw new DomainError('EMERGENCY_ALREADY_LIVE', 'Live.');
      },
    });
    expect((await erase(sam)).status).toBe(409);
    expect((await sam.get('/auth/me')).status).toBe(200);
    expect((await stored(sam))?.email).toBe(sam.email);
  });

  it('is refused to the last admin, even when the last two try at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [one, two] = [await staff(app, 'admin'), await staff(app, 'admin')];
      const answers = await Promise.all([erase(one), erase(two)]);
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
      await app.connection
        .collection('users')
        .updateMany({ role: 'admin' }, { $set: { role: 'user' } });
    }
  });

  it('leaves no session behind that logged in meanwhile', async () => {
    for (let round = 0; round < 10; round += 1) {
      const person = await register(app);
      const login = { email: person.email, password: person.password };
      const [, ...logins] = await Promise.all([
        erase(person),
        ...Array.from({ length: 5 }, () =>
          call<{ accessToken: string }>(app, 'POST', '/auth/login', login),
        ),
      ]);
      for (const { status, data } of logins) {
        if (status !== 200) continue;
        const me = await call(app, 'GET', '/auth/me', undefined, { token: data.accessToken });
        expect(me.status).toBe(401);
      }
      const live = await app.connection
        .collection('sessions')
        .countDocuments({ user: person.objectId, revokedAt: null });
      expect(live).toBe(0);
    }
  });
});
