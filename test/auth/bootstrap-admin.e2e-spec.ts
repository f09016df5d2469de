import { randomBytes } from 'node:crypto';
import { startTestApp, type TestApp } from '../support/app';
import { call, must, register } from '../support/actors';

const PASSWORD = 'the very first admin';

describe('The first admin', () => {
  const opened: TestApp[] = [];

  async function start(database: string, email: string): Promise<TestApp> {
    const app = await startTestApp({
      database,
      env: { BOOTSTRAP_ADMIN_EMAIL: email, BOOTSTRAP_ADMIN_PASSWORD: PASSWORD },
    });
    opened.push(app);
    return app;
  }

  const newDatabase = () => `test_${randomBytes(6).toString('hex')}`;
  const admins = (app: TestApp) =>
    app.connection.collection('users').countDocuments({ role: 'admin' });
  const logIn = (app: TestApp, email: string) =>
    call<{ user: { role: string } }>(app, 'POST', '/auth/login', { email, password: PASSWORD });

  afterEach(async () => {
    for (const app of opened) await app.connection.dropDatabase();
    for (const app of opened.splice(0)) await app.close();
  });
  afterAll(() => {
    delete process.env.BOOTSTRAP_ADMIN_EMAIL;
    delete process.env.BOOTSTRAP_ADMIN_PASSWORD;
  });

  it('comes from the environment and can log in', async () => {
    const app = await start(newDatabase(), 'Root@Example.org');
    expect(must(await logIn(app, 'root@example.org')).data.user).toMatchObject({
      role: 'admin',
      emailVerified: true,
    });
  });

  it('is one, however many nodes start at once and however often', async () => {
    const database = newDatabase();
    const email = 'root@example.org';
    const nodes = await Promise.all([start(database, email), start(database, email)]);
    await start(database, email);
    expect(await admins(nodes[0])).toBe(1);
  });

  it('is not made where there is an admin already', async () => {
    const database = newDatabase();
    const app = await start(database, 'root@example.org');
    await start(database, 'second@example.org');
    expect(await admins(app)).toBe(1);
    expect((await logIn(app, 'second@example.org')).status).toBe(401);
  });

  it('is nobody who registered that address first', async () => {
    const database = newDatabase();
    delete process.env.BOOTSTRAP_ADMIN_EMAIL;
    delete process.env.BOOTSTRAP_ADMIN_PASSWORD;
    const before = await startTestApp({ database });
    opened.push(before);
    await register(before, { email: 'root@example.org' });
    const app = await start(database, 'root@example.org');
    expect(await admins(app)).toBe(0);
  });
});
