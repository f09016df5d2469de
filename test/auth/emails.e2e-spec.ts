import { AccountsService } from '../../src/modules/users/accounts.service';
import { MailTransport } from '../../src/modules/notifications/channels/email/mail-transport';
import { DAY, MINUTE } from '../../src/common/time/clock';
import {
  type Answer,
  call,
  must,
  register,
  TEST_PASSWORD,
  type TestActor,
  uniqueEmail,
} from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { outcome } from '../support/emergencies';
import { eventually } from '../support/eventually';
import { lastToken, linkIn, mailsTo, tokensMailed } from '../support/outbox';
import { together } from '../support/race';

const PAGE = 'verify-email';
const NEW_PASSWORD = 'staple gun on the roof';

describe('E-mail addresses', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ env: { PUBLIC_URL: 'https://allynet.example.org/' } });
  });
  afterAll(async () => {
    delete process.env.PUBLIC_URL;
    await app.close();
  });

  const verify = (token: string) => call(app, 'POST', '/auth/email/verify', { token });
  const logIn = (email: string, password = TEST_PASSWORD) =>
    call(app, 'POST', '/auth/login', { email, password });
  const change = (who: TestActor, newEmail: string, password = who.password) =>
    who.post('/auth/email/change', { newEmail, password });
  const sendAgain = (who: TestActor) => who.post('/auth/email/verification');
  const me = async (who: TestActor) =>
    must(await who.get<{ email: string; emailVerified: boolean }>('/auth/me')).data;
  const token = (address: string) => lastToken(app, address, PAGE);

  async function verified(): Promise<TestActor> {
    const person = await register(app);
    must(await verify(await token(person.email)));
    return person;
  }

  describe('at registration', () => {
    it('are confirmed by the link in the mail that follows it, which stands alone on its line', async () => {
      const sam = await register(app);
      expect(await me(sam)).toMatchObject({ email: sam.email, emailVerified: false });
      expect(await app.get(AccountsService).verifiedEmail(sam.objectId)).toBeNull();
      const mails = await mailsTo(app, sam.email);
      expect(mails).toHaveLength(1);
      const [mail] = mails;
      if (!mail) throw new Error('no mail');
      expect(linkIn(mail).href).toBe(
        `https://allynet.example.org/verify-email?token=${await token(sam.email)}`,
      );
      must(await verify(await token(sam.email)));
      expect(await me(sam)).toMatchObject({ email: sam.email, emailVerified: true });
      expect(await app.get(AccountsService).verifiedEmail(sam.objectId)).toBe(sam.email);
    });

    it('get one mail, however often the registration is repeated', async () => {
      const email = uniqueEmail();
      const attempt = () =>
        call(
          app,
          'POST',
          '/auth/register',
          { email, password: TEST_PASSWORD, displayName: 'Sam' },
          { headers: { 'idempotency-key': email } },
        );
      for (let time = 0; time < 3; time += 1) must(await attempt());
      expect(await mailsTo(app, email)).toHaveLength(1);
    });

    it('do not make it wait or fail when the mail cannot be sent', async () => {
      const send = jest.spyOn(app.get(MailTransport), 'send');
      let release: (error: Error) => void = () => undefined;
      send.mockImplementation(() => new Promise((_, reject) => (release = reject)));
      const sam = await register(app);
      expect((await me(sam)).emailVerified).toBe(false);
      await eventually(() => expect(send).toHaveBeenCalledTimes(1));
      release(new Error('the mail server is away'));
      send.mockRestore();
      must(await sendAgain(sam));
      must(await verify(await token(sam.email)));
    });
  });

  describe('asked for again', () => {
    it('are confirmed by any link that is on its way, until one was opened', async () => {
      const sam = await register(app);
      must(await sendAgain(sam));
      const [first = '', second = ''] = await tokensMailed(app, sam.email, PAGE);
      expect(second).not.toBe(first);
      must(await verify(first));
      expect(outcome(await verify(second))).toBe('401 INVALID_CREDENTIALS');
    });

    it('are refused once there is nothing to confirm', async () => {
      expect(outcome(await sendAgain(await verified()))).toBe('409 CONFLICT');
    });

    it('are mailed to no more than five times a day, however many ask at once', async () => {
      const sam = await register(app);
      await token(sam.email);
      const answers = await Promise.all(Array.from({ length: 10 }, () => sendAgain(sam)));
      const sent = answers.filter(({ status }) => status === 200);
      expect(sent).toHaveLength(4);
      const [refused] = answers.filter(({ status }) => status === 429);
      expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(23 * 60 * 60);
      expect(await mailsTo(app, sam.email)).toHaveLength(5);
      app.clock.advance(DAY);
      const later = await sam.logIn();
      must(await sendAgain(later));
    });
  });

  describe('changed', () => {
    it('stay until the link that went to the new one is opened; the old one is told, not where to', async () => {
      const sam = await verified();
      const next = uniqueEmail();
      must(await change(sam, ` ${next.toUpperCase()} `));
      expect(await me(sam)).toMatchObject({ email: sam.email, emailVerified: true });
      expect((await logIn(next)).status).toBe(401);
      must(await verify(await token(next)));
      expect(await me(sam)).toMatchObject({ email: next, emailVerified: true });
      expect([(await logIn(sam.email)).status, (await logIn(next)).status]).toEqual([401, 200]);
      const told = (await mailsTo(app, sam.email)).slice(1);
      expect(told.map(({ subject }) => subject)).toEqual([
        'Your AllyNet e-mail address is to be changed',
        'Your AllyNet e-mail address was changed',
      ]);
      expect(JSON.stringify(told)).not.toContain(next);
      expect(JSON.stringify(told)).not.toContain('token=');
    });

    it('confirm the new one, where the old one never was', async () => {
      const sam = await register(app);
      const next = uniqueEmail();
      must(await change(sam, next));
      must(await verify(await token(next)));
      expect((await me(sam)).emailVerified).toBe(true);
    });

    it('need the password, and another address than the present one', async () => {
      const sam = await register(app);
      const next = uniqueEmail();
      expect(outcome(await change(sam, next, 'a guess that is wrong'))).toBe(
        '401 INVALID_CREDENTIALS',
      );
      expect(outcome(await change(sam, sam.email.toUpperCase()))).toBe('400 VALIDATION_FAILED');
      expect(await mailsTo(app, next)).toEqual([]);
    });

    it('get the same answer for a taken address as for a free one; opening the link tells', async () => {
      const owner = await register(app);
      const sam = await verified();
      const [taken, free] = [await change(sam, owner.email), await change(sam, uniqueEmail())];
      expect([taken.status, taken.text]).toEqual([free.status, free.text]);
      const [own = '', sams = ''] = await tokensMailed(app, owner.email, PAGE);
      for (let time = 0; time < 2; time += 1) {
        expect(outcome(await verify(sams))).toBe('409 EMAIL_TAKEN');
      }
      expect((await me(sam)).email).toBe(sam.email);
      must(await verify(own));
      expect(await me(owner)).toMatchObject({ email: owner.email, emailVerified: true });
    });

    it('are not changed by a link from before the password was changed', async () => {
      const sam = await register(app);
      const thiefs = uniqueEmail();
      must(await change(sam, thiefs));
      must(
        await sam.post('/auth/password', {
          currentPassword: sam.password,
          newPassword: NEW_PASSWORD,
        }),
      );
      expect(outcome(await verify(await token(thiefs)))).toBe('401 INVALID_CREDENTIALS');
      must(await verify((await tokensMailed(app, sam.email, PAGE))[0] ?? ''));
    });

    it('end whatever was mailed before, to the old address and to others', async () => {
      const sam = await register(app);
      const [elsewhere, next] = [uniqueEmail(), uniqueEmail()];
      must(await call(app, 'POST', '/auth/password/forgot', { email: sam.email }));
      must(await change(sam, elsewhere));
      must(await change(sam, next));
      must(await verify(await token(next)));
      for (const dead of [await token(sam.email), await token(elsewhere)]) {
        expect(outcome(await verify(dead))).toBe('401 INVALID_CREDENTIALS');
      }
      const reset = await lastToken(app, sam.email, 'reset-password');
      const attempt = { token: reset, newPassword: NEW_PASSWORD };
      expect(outcome(await call(app, 'POST', '/auth/password/reset', attempt))).toBe(
        '401 INVALID_CREDENTIALS',
      );
    });

    it('leave the old address to whoever registers it', async () => {
      const sam = await register(app);
      must(await change(sam, uniqueEmail()));
      const { to } = (await mailsTo(app, sam.email))[0] ?? { to: '' };
      expect(to).toBe(sam.email);
      const next = uniqueEmail();
      must(await change(sam, next));
      must(await verify(await token(next)));
      const successor = await register(app, { email: sam.email });
      expect(successor.id).not.toBe(sam.id);
      expect((await me(successor)).emailVerified).toBe(false);
    });
  });

  describe('raced for', () => {
    const ROUNDS = 12;

    it('belong to the change or to the registration, never to both', async () => {
      const outcomes = new Set<string>();
      for (let round = 0; round < ROUNDS; round += 1) {
        const sam = await register(app);
        const wanted = uniqueEmail();
        must(await change(sam, wanted));
        const link = await token(wanted);
        const [changed, registered] = await together<Answer, Answer>(
          round,
          () => verify(link),
          () =>
            call(app, 'POST', '/auth/register', {
              email: wanted,
              password: TEST_PASSWORD,
              displayName: 'The other',
            }),
        );
        outcomes.add([changed, registered].map(outcome).join(', '));
        expect(await app.connection.collection('users').countDocuments({ email: wanted })).toBe(1);
      }
      for (const one of outcomes) {
        expect(['200, 409 EMAIL_TAKEN', '409 EMAIL_TAKEN, 201']).toContain(one);
      }
    });

    it('belong to one of two who change to it', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const [one, other] = [await register(app), await register(app)];
        const wanted = uniqueEmail();
        must(await change(one, wanted));
        must(await change(other, wanted));
        const [a = '', b = ''] = await tokensMailed(app, wanted, PAGE);
        const answers = await together(
          round,
          () => verify(a),
          () => verify(b),
        );
        expect(answers.map(outcome).toSorted()).toEqual(['200', '409 EMAIL_TAKEN']);
      }
    });

    it('are changed once by one link, ten at once', async () => {
      const sam = await register(app);
      const next = uniqueEmail();
      must(await change(sam, next));
      const link = await token(next);
      const answers = await Promise.all(Array.from({ length: 10 }, () => verify(link)));
      expect(answers.map(outcome).toSorted()).toEqual([
        '200',
        ...Array.from({ length: 9 }, () => '401 INVALID_CREDENTIALS'),
      ]);
    });

    it('are not the thief’s after a password change that came at the same time', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const sam = await register(app);
        const thiefs = uniqueEmail();
        const [, secured] = await together(
          round,
          () => change(sam, thiefs),
          () =>
            sam.post('/auth/password', {
              currentPassword: sam.password,
              newPassword: NEW_PASSWORD,
            }),
        );
        must(secured);
        for (const link of await tokensMailed(app, thiefs, PAGE)) {
          expect(outcome(await verify(link))).toBe('401 INVALID_CREDENTIALS');
        }
        expect((await me(sam)).email).toBe(sam.email);
      }
    });
  });

  describe('links', () => {
    it('are dead after a day', async () => {
      const sam = await register(app);
      const link = await token(sam.email);
      app.clock.advance(DAY - MINUTE);
      const other = await register(app);
      const fresh = await token(other.email);
      app.clock.advance(2 * MINUTE);
      expect(outcome(await verify(link))).toBe('401 INVALID_CREDENTIALS');
      expect(outcome(await verify(fresh))).toBe('200');
    });

    it('say nothing of whether they ever lived', async () => {
      const sam = await verified();
      const used = await verify(await token(sam.email));
      const invented = await verify('A'.repeat(43));
      expect([used.status, used.error]).toEqual([invented.status, invented.error]);
    });

    it('leave nothing in the database that would open them, and nothing at all of who is erased', async () => {
      const sam = await register(app);
      const next = uniqueEmail();
      must(await change(sam, next));
      const links = () =>
        app.connection.collection('email_links').find({ user: sam.objectId }).toArray();
      expect(await links()).toHaveLength(2);
      for (const link of [await token(sam.email), await token(next)]) {
        expect(JSON.stringify(await links())).not.toContain(link);
      }
      must(await sam.delete('/users/me', { password: sam.password }));
      expect(await links()).toEqual([]);
      expect(outcome(await verify(await token(next)))).toBe('401 INVALID_CREDENTIALS');
    });

    it.each<[string, string, unknown]>([
      ['verify', 'no token', {}],
      ['verify', 'a token that is an operator', { token: { $gt: '' } }],
      ['verify', 'a token without end', { token: 'x'.repeat(201) }],
      ['change', 'no password', { newEmail: 'sam@example.net' }],
      ['change', 'no address', { password: TEST_PASSWORD }],
      ['change', 'an address that is none', { newEmail: 'sam', password: TEST_PASSWORD }],
      ['change', 'an address that is an operator', { newEmail: { $ne: '' }, password: 'x' }],
      [
        'change',
        'an unknown field',
        { newEmail: 'a@b.example', password: 'x', emailVerified: true },
      ],
    ])('refuse to %s with %s', async (route, _, body) => {
      const sam = await register(app);
      expect(outcome(await sam.post(`/auth/email/${route}`, body))).toBe('400 VALIDATION_FAILED');
    });
  });

  it('are for nobody to call confirmed but the link', async () => {
    const sam = await register(app);
    expect(outcome(await sam.patch('/users/me', { emailVerified: true }))).toBe(
      '400 VALIDATION_FAILED',
    );
  });

  it('of accounts from before are not confirmed', async () => {
    const sam = await register(app);
    await app.connection
      .collection('users')
      .updateOne({ _id: sam.objectId }, { $unset: { emailVerified: 1 } });
    expect((await me(sam)).emailVerified).toBe(false);
    must(await verify(await token(sam.email)));
    expect((await me(sam)).emailVerified).toBe(true);
  });
});

describe('Rate limits of e-mail addresses', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ env: { RATE_LIMITS: 'on' } });
  });
  afterAll(() => app.close());

  it('hold for asking again, and for a new address from whichever account', async () => {
    const sam = await register(app);
    const again = [];
    for (let time = 0; time < 4; time += 1) again.push(await sam.post('/auth/email/verification'));
    expect(again.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    const victim = uniqueEmail();
    const flood = [];
    for (let account = 0; account < 6; account += 1) {
      const one = await register(app);
      flood.push(
        await one.post('/auth/email/change', { newEmail: victim, password: one.password }),
      );
    }
    expect(flood.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
  });
});
