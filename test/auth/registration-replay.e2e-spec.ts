import { call, uniqueEmail } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';

const KEY = { headers: { 'Idempotency-Key': 'first-start-of-the-app' } };

describe('Registering with an Idempotency-Key', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });

  afterAll(() => server.close());

  const body = (email: string) => ({
    email,
    password: 'a long enough one',
    displayName: 'Mira',
    tokenDelivery: 'body',
  });
  const register = (fields: object) =>
    call<{ user: { id: string }; accessToken: string }>(
      server,
      'POST',
      '/auth/register',
      fields,
      KEY,
    );

  it('makes one account however often it is repeated, and each answer logs in', async () => {
    const email = uniqueEmail();
    const answers = await Promise.all(Array.from({ length: 5 }, () => register(body(email))));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(new Set(answers.map(({ data }) => data.user.id)).size).toBe(1);
    expect(
      answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true'),
    ).toHaveLength(4);
    for (const { data } of answers) {
      const me = await call(server, 'GET', '/auth/me', undefined, { token: data.accessToken });
      expect(me.status).toBe(200);
    }
  });

  it('refuses the same key with another password, so that a key opens no account', async () => {
    const email = uniqueEmail();
    await register(body(email));
    const other = await register({ ...body(email), password: 'another long one' });
    expect([other.status, other.error?.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('keeps neither the password nor a plain hash of the body', async () => {
    const email = uniqueEmail();
    await register(body(email));
    const stored = await server.connection.collection('users').findOne({ email });
    expect(JSON.stringify(stored)).not.toContain('a long enough one');
    expect(stored?.registration).toMatchObject({ idempotencyKey: 'first-start-of-the-app' });
  });
});
