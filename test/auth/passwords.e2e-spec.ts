import { HOUR } from '../../src/common/time/clock';
import { startTestApp, type TestApp } from '../support/app';
import { call, must, register, type TestActor, uniqueEmail } from '../support/actors';
import { lastToken, mailsTo, tokensMailed } from '../support/outbox';

const PAGE = 'reset-password';

interface LoggedIn {
  user: { emailVerified: boolean };
}

const NEW_PASSWORD = 'staple gun on the roof';

describe('Passwords', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ env: { PUBLIC_URL: 'https://allynet.example.org' } });
  });
  afterAll(async () => {
    delete process.env.PUBLIC_URL;
    await app.close();
  });

  const logIn = (email: string, password: string) =>
    call(app, 'POST', '/auth/login', { email, password });
  const forgot = (email: string) => call(app, 'POST', '/auth/password/forgot', { email });
  const reset = (token: string, newPassword = NEW_PASSWORD) =>
    call(app, 'POST', '/auth/password/reset', { token, newPassword });
  const statusOf = async (actor: TestActor) => (await actor.get('/auth/me')).status;

  async function resetToken(email: string): Promise<string> {
    must(await forgot(email));
    return lastToken(app, email, PAGE);
  }

  describe('changed by who knows the old one', () => {
    it('hold at once, and end every other session', async () => {
      const sam = await register(app);
      const other = await sam.logIn();
      const answer = await sam.post('/auth/password', {
        currentPassword: sam.password,
        newPassword: NEW_PASSWORD,
      });
      expect(answer.status).toBe(200);
      expect(await statusOf(sam)).toBe(200);
      expect(await statusOf(other)).toBe(401);
      const { refreshToken } = other;
      expect((await call(app, 'POST', '/auth/refresh', { refreshToken })).status).toBe(401);
      expect((await logIn(sam.email, sam.password)).status).toBe(401);
      expect((await logIn(sam.email, NEW_PASSWORD)).status).toBe(200);
    });

    it('stay as they are when the old one is wrong', async () => {
      const sam = await register(app);
      const answer = await sam.post('/auth/password', {
        currentPassword: 'not the password',
        newPassword: NEW_PASSWORD,
      });
      expect([answer.status, answer.error?.code]).toEqual([401, 'INVALID_CREDENTIALS']);
      expect((await logIn(sam.email, sam.password)).status).toBe(200);
    });

    it('leave no session behind that logged in with the old one meanwhile', async () => {
      for (let round = 0; round < 10; round += 1) {
        const sam = await register(app);
        const [, ...logins] = await Promise.all([
          sam.post('/auth/password', {
            currentPassword: sam.password,
            newPassword: NEW_PASSWORD,
          }),
          ...Array.from({ length: 5 }, () =>
            call<{ accessToken: string }>(app, 'POST', '/auth/login', {
              email: sam.email,
              password: sam.password,
            }),
          ),
        ]);
        for (const { status, data } of logins) {
          if (status !== 200) continue;
          const me = await call(app, 'GET', '/auth/me', undefined, { token: data.accessToken });
          expect(me.status).toBe(401);
        }
      }
    });
  });

  describe('forgotten', () => {
    it('are reset by the link in a mail, which stands alone on its line', async () => {
      const sam = await register(app);
      must(await forgot(sam.email.toUpperCase()));
      const [token = ''] = await tokensMailed(app, sam.email, PAGE);
      // The mail of the registration may go out in the same instant.
      const mail = (await mailsTo(app, sam.email)).find(({ text }) => text.includes(PAGE));
      expect(mail).toMatchObject({ channel: 'email', to: sam.email });
      expect(mail?.text.split('\n')).toContain(
        `https://allynet.example.org/reset-password?token=${token}`,
      );
      expect((await reset(token)).status).toBe(200);
      expect((await logIn(sam.email, sam.password)).status).toBe(401);
      expect((await logIn(sam.email, NEW_PASSWORD)).status).toBe(200);
    });

    it('confirm the address when they are reset, and end the links to confirm it or to change it', async () => {
      const sam = await register(app);
      const welcome = await lastToken(app, sam.email, 'verify-email');
      const thiefs = uniqueEmail();
      must(await sam.post('/auth/email/change', { newEmail: thiefs, password: sam.password }));
      must(await reset(await resetToken(sam.email)));
      const { data } = must(
        await call<LoggedIn>(app, 'POST', '/auth/login', {
          email: sam.email,
          password: NEW_PASSWORD,
        }),
      );
      expect(data.user.emailVerified).toBe(true);
      for (const token of [welcome, await lastToken(app, thiefs, 'verify-email')]) {
        expect((await call(app, 'POST', '/auth/email/verify', { token })).status).toBe(401);
      }
    });

    it('end every session when they are reset', async () => {
      const sam = await register(app);
      const devices = [sam, await sam.logIn()];
      must(await reset(await resetToken(sam.email)));
      for (const device of devices) expect(await statusOf(device)).toBe(401);
    });

    it('are reset once by one link, even by ten at once', async () => {
      const sam = await register(app);
      const token = await resetToken(sam.email);
      const answers = await Promise.all(Array.from({ length: 10 }, () => reset(token)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      const refused = answers.filter(({ status }) => status !== 200);
      expect(new Set(refused.map(({ error }) => error?.code))).toEqual(
        new Set(['INVALID_CREDENTIALS']),
      );
    });

    it('are reset by any link that is on its way, until one was used', async () => {
      const sam = await register(app);
      const first = await resetToken(sam.email);
      const second = await resetToken(sam.email);
      expect(second).not.toBe(first);
      expect((await reset(first)).status).toBe(200);
      expect((await reset(second)).status).toBe(401);
    });

    it('are not reset by a link older than an hour', async () => {
      const sam = await register(app);
      const token = await resetToken(sam.email);
      app.clock.advance(HOUR + 1000);
      expect((await reset(token)).status).toBe(401);
    });

    it('are not reset by a link from before the password was changed', async () => {
      const sam = await register(app);
      const token = await resetToken(sam.email);
      must(
        await sam.post('/auth/password', {
          currentPassword: sam.password,
          newPassword: NEW_PASSWORD,
        }),
      );
      expect((await reset(token, 'the thief was here')).status).toBe(401);
    });

    it('keep the link working when the new password is refused', async () => {
      const sam = await register(app);
      const token = await resetToken(sam.email);
      expect((await reset(token, 'short')).status).toBe(400);
      expect((await reset(token)).status).toBe(200);
    });

    it('leave nothing in the database that would open the account', async () => {
      const sam = await register(app);
      const token = await resetToken(sam.email);
      const stored = await app.connection.collection('password_resets').find().toArray();
      expect(stored.length).toBeGreaterThan(0);
      expect(JSON.stringify(stored)).not.toContain(token);
    });

    it('get the same answer in the same time whether there is an account or not', async () => {
      const sam = await register(app);
      const measure = async (email: string) => {
        const start = performance.now();
        const { status, text } = await forgot(email);
        return { status, text, took: performance.now() - start };
      };
      const known = [];
      const unknown = [];
      for (let round = 0; round < 5; round += 1) {
        known.push(await measure(sam.email));
        unknown.push(await measure(uniqueEmail()));
      }
      expect(
        new Set([...known, ...unknown].map(({ status, text }) => `${status} ${text}`)).size,
      ).toBe(1);
      const took = (samples: { took: number }[]) =>
        samples.map((sample) => sample.took).toSorted((a, b) => a - b)[2] ?? NaN;
      expect(Math.abs(took(known) - took(unknown))).toBeLessThan(50);
      expect(await tokensMailed(app, sam.email, PAGE)).toHaveLength(5);
    });
  });
});
