import { Types } from 'mongoose';
import { AccessTokens } from '../../src/modules/auth/access-tokens';
import { must, register, TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { crowd } from '../support/crowd';
import { accept, north, outcome, raise, resolve, somewhere, step } from '../support/emergencies';
import { checkInvariants } from '../support/invariants';
import { patiently } from '../support/race';

/** Everybody who was alerted answers in the same second: the worst that one emergency can be asked to take. */
describe('All fifty alerted helpers at once', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });
  afterAll(() => server.close());

  it('accept, and all are let in: nobody is turned away because of the rush', async () => {
    const place = somewhere();
    const ids = await crowd(
      server,
      Array.from({ length: 50 }, (_, index) => ({ place: north(place, 10 * index) })),
    );
    const tokens = server.get(AccessTokens);
    const helpers = await Promise.all(
      ids.map(async (id) => {
        const account = { id, role: 'user' as const, email: 'crowd@example.org' };
        const token = await tokens.sign(account, new Types.ObjectId());
        return new TestActor(server, id.toHexString(), account.email, '', token, '');
      }),
    );
    const requester = await register(server);
    const { id } = must(await raise(requester, { location: place })).data;
    const answers = await Promise.all(
      helpers.map((helper) => patiently(helper, (self) => accept(self, id))),
    );
    expect(answers.map(outcome)).toEqual(Array.from({ length: 50 }, () => '200'));
    const steps = await Promise.all(
      helpers.map((helper) => patiently(helper, (self) => step(self, id, 'on_way'))),
    );
    expect(steps.map(outcome)).toEqual(Array.from({ length: 50 }, () => '200'));
    const { emergency } = await checkInvariants(server, id);
    expect([emergency.status, emergency.responses.length, emergency.seq]).toEqual([
      'responding',
      50,
      102,
    ]);
    expect((await resolve(requester, id)).status).toBe(200);
    await checkInvariants(server, id);
  });
});
