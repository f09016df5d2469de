import { Types } from 'mongoose';
import { call, register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';

const ID = new Types.ObjectId().toHexString();

describe('In production without keys of Stripe', () => {
  let server: TestApp;
  let person: TestActor;

  beforeAll(async () => {
    server = await startTestApp({
      env: { NODE_ENV: 'production', RATE_LIMITS: 'on', BCRYPT_ROUNDS: '10' },
    });
    person = await register(server);
  });
  afterAll(() => server.close());

  it('payments answer 503, whatever is to be paid', async () => {
    for (const purpose of ['promotion', 'help_request', 'booking']) {
      const answer = await person.post('/payments/intents', {
        purpose,
        subject: { kind: purpose, id: ID },
      });
      expect([answer.status, answer.error?.code]).toEqual([503, 'UNAVAILABLE']);
    }
    expect((await call(server, 'POST', '/payments/webhooks/stripe', {})).status).toBe(503);
  });

  it('there is no sandbox: its routes are 404 for everybody, and are in no description', async () => {
    for (const token of [undefined, person.token]) {
      const post = (path: string) => call(server, 'POST', path, {}, { token });
      expect((await post(`/payments/${ID}/sandbox/confirm`)).status).toBe(404);
      expect((await post('/payments/webhooks/sandbox')).status).toBe(404);
    }
    const { paths } = (await (await fetch(`${server.url}/docs-json`)).json()) as {
      paths: Record<string, unknown>;
    };
    expect(Object.keys(paths).filter((path) => path.includes('sandbox'))).toEqual([]);
  });

  it('what was paid can still be looked at', async () => {
    expect((await person.get('/payments')).status).toBe(200);
  });
});
