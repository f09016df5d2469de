import { startTestApp, type TestApp } from '../support/app';
import { call, must, register, TEST_PASSWORD, uniqueEmail } from '../support/actors';

interface LoggedIn {
  user: { id: string; email: string };
  accessToken: string;
  expiresIn: number;
  refreshToken?: string;
}

describe('Registering and logging in', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  const signUp = (fields: object) =>
    call<LoggedIn>(app, 'POST', '/auth/register', {
      email: uniqueEmail(),
      password: TEST_PASSWORD,
      displayName: 'Sam Okafor',
      ...fields,
    });
  const logIn = (fields: object) => call<LoggedIn>(app, 'POST', '/auth/login', fields);

  it('gives the account and an access token, and keeps the refresh token from scripts', async () => {
    const answer = await signUp({ email: 'Sam.Okafor@Example.ORG', phone: '+4930123456' });
    expect(answer.status).toBe(201);
    expect(answer.data).toEqual({
      user: {
        id: expect.stringMatching(/^[0-9a-f]{24}$/),
        email: 'sam.okafor@example.org',
        emailVerified: false,
        displayName: 'Sam Okafor',
        phone: '+4930123456',
        bio: null,
        avatarUrl: null,
        role: 'user',
        helper: false,
        verified: false,
        available: false,
        skills: [],
        trustScore: 500,
        status: 'active',
        emergencyRadiusMeters: 5000,
        helperRadiusMeters: 5000,
        shareLocationWithContacts: true,
        location: null,
        createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      },
      accessToken: expect.any(String),
      expiresIn: 900,
    });
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^refresh_token=/);
    expect(cookie.split('; ').slice(1).sort()).toEqual([
      'HttpOnly',
      'Max-Age=2592000',
      'Path=/api/v1/auth',
      'SameSite=Lax',
    ]);
  });

  it('puts the refresh token into the data, and no cookie, for clients that ask so', async () => {
    const answer = await signUp({ tokenDelivery: 'body' });
    expect(answer.data.refreshToken).toEqual(expect.any(String));
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('never shows or stores the password', async () => {
    const person = await register(app, { password: 'a very secret phrase' });
    const document = await app.connection.collection('users').findOne({ _id: person.objectId });
    expect(JSON.stringify(document)).not.toContain('a very secret phrase');
    expect(String(document?.passwordHash)).toMatch(/^\$2[aby]\$04\$/);
    const shown = await person.get('/users/me');
    expect(shown.text).not.toContain('passwordHash');
    expect(shown.text).not.toContain(String(document?.passwordHash));
  });

  it('lets exactly one of fifty parallel registrations of one address win, whatever its case', async () => {
    for (let round = 0; round < 3; round += 1) {
      const email = uniqueEmail();
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          signUp({ email: index % 2 ? email.toUpperCase() : email }),
        ),
      );
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      const refused = answers.filter(({ status }) => status !== 201);
      expect(new Set(refused.map(({ status, error }) => `${status} ${error?.code}`))).toEqual(
        new Set(['409 EMAIL_TAKEN']),
      );
      expect(await app.connection.collection('users').countDocuments({ email })).toBe(1);
    }
  });

  it.each([
    ['an e-mail that is none', { email: 'sam' }, 'email'],
    ['an e-mail with a soft hyphen', { email: 's\u00adam@example.org' }, 'email'],
    ['an e-mail with a circled letter', { email: '\u24e2am@example.org' }, 'email'],
    ['an operator for an e-mail', { email: { $gt: '' } }, 'email'],
    ['a password of 9 bytes', { password: '123456789' }, 'password'],
    ['a password of 73 bytes', { password: 'x'.repeat(73) }, 'password'],
    ['a password of 37 characters in 74 bytes', { password: 'é'.repeat(37) }, 'password'],
    ['a password with a NUL', { password: 'long enough\0 really' }, 'password'],
    ['a name of spaces', { displayName: '   ' }, 'displayName'],
    ['a name of 81 characters', { displayName: 'n'.repeat(81) }, 'displayName'],
    ['a name with a NUL', { displayName: 'Sam\0' }, 'displayName'],
    ['a phone number without +', { phone: '0301234567' }, 'phone'],
    ['a phone number of 16 digits', { phone: '+1234567890123456' }, 'phone'],
    ['a role', { role: 'admin' }, 'role'],
    ['being verified', { verified: true }, 'verified'],
    ['an unknown token delivery', { tokenDelivery: 'pigeon' }, 'tokenDelivery'],
    ['null for a token delivery', { tokenDelivery: null }, 'tokenDelivery'],
  ])('refuses %s', async (_, fields, field) => {
    const answer = await signUp(fields);
    expect(answer.status).toBe(400);
    expect(answer.error?.code).toBe('VALIDATION_FAILED');
    expect(answer.error?.details).toContainEqual({ field, messages: expect.any(Array) });
  });

  it.each([
    ['10 bytes', '0123456789'],
    ['72 bytes', 'x'.repeat(72)],
    ['10 bytes in 5 characters', 'ééééé'],
    ['72 bytes in 18 characters', '🚑'.repeat(18)],
  ])('takes a password of %s, and it logs in', async (_, password) => {
    const person = await register(app, { password });
    expect((await logIn({ email: person.email, password })).status).toBe(200);
    expect((await logIn({ email: person.email, password: `${password}x` })).status).toBe(401);
  });

  it('takes the space around a name off', async () => {
    const answer = await signUp({ displayName: '  Ada  ' });
    expect(answer.data.user).toMatchObject({ displayName: 'Ada' });
  });

  it('logs in by the address in any case', async () => {
    const person = await register(app);
    const answer = await logIn({ email: person.email.toUpperCase(), password: TEST_PASSWORD });
    expect(answer.status).toBe(200);
    expect(answer.data.user.id).toBe(person.id);
    expect(answer.refreshCookie).toEqual(expect.any(String));
  });

  it('answers alike for a wrong password and for an unknown address', async () => {
    const person = await register(app);
    const wrong = await logIn({ email: person.email, password: 'not the password' });
    const unknown = await logIn({ email: uniqueEmail(), password: 'not the password' });
    expect(wrong.status).toBe(401);
    expect(wrong.error?.code).toBe('INVALID_CREDENTIALS');
    expect(unknown.error).toEqual(wrong.error);
    expect(unknown.status).toBe(wrong.status);
  });

  it('looks accounts up by an index, however many there are', async () => {
    const plan = await app.connection
      .collection('users')
      .find({ email: 'sam.okafor@example.org' }, { collation: { locale: 'en', strength: 2 } })
      .explain('executionStats');
    expect(plan.executionStats.totalDocsExamined).toBe(1);
  });
});

describe('The time a log-in takes', () => {
  let app: TestApp;

  beforeAll(async () => {
    // The real cost: with the tests' low one the comparison would drown in the noise of the rest.
    app = await startTestApp({ env: { BCRYPT_ROUNDS: '10' } });
  });
  afterAll(() => app.close());

  it('does not tell whether there is an account', async () => {
    const person = await register(app);
    const measure = async (email: string) => {
      const start = performance.now();
      await call(app, 'POST', '/auth/login', { email, password: 'not the password' });
      return performance.now() - start;
    };
    await measure(person.email);
    await measure(uniqueEmail());
    const known: number[] = [];
    const unknown: number[] = [];
    // Taken in turns, so that whatever else the machine does meets both alike.
    for (let round = 0; round < 15; round += 1) {
      known.push(await measure(person.email));
      unknown.push(await measure(uniqueEmail()));
    }
    const ratio = median(unknown) / median(known);
    // Without the comparison against nobody's hash the ratio is about 0.05.
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.67);
    must(await call(app, 'POST', '/auth/login', { email: person.email, password: TEST_PASSWORD }));
  });
});

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
