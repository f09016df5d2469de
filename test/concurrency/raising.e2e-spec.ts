import { register, type TestActor, verifiedHelper } from '../support/actors';
import type { TestApp } from '../support/app';
import { north, outcome, raise, somewhere } from '../support/emergencies';
import { checkInvariants } from '../support/invariants';
import { startTwoNodes } from '../support/race';

describe('Many SOS of one person at once', () => {
  let server: TestApp;
  /** Another node on the same database, which decides between them. */
  let node: TestApp;
  let close: () => Promise<void>;
  let requester: TestActor;

  beforeAll(async () => {
    ({ server, node, close } = await startTwoNodes());
  });
  beforeEach(async () => {
    requester = await register(server);
  });
  afterAll(() => close());

  const anywhere = (actor: TestActor, index: number): TestActor =>
    index % 2 === 0 ? actor : actor.on(node);

  const raised = () =>
    server.connection.collection('emergencies').countDocuments({ requester: requester.objectId });
  const tally = (values: string[]): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
    return counts;
  };

  it.each([
    ['without a request id', () => ({})],
    ['each with a request id of its own', (index: number) => ({ requestId: `tap-${index}` })],
  ])('100 %s leave one live emergency, and 99 answers that name it', async (_, sos) => {
    const place = somewhere();
    await verifiedHelper(server, north(place, 100));
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_unused, index) =>
        raise(anywhere(requester, index), { location: place, ...sos(index) }),
      ),
    );
    expect(tally(answers.map(outcome))).toEqual({ '201': 1, '409 EMERGENCY_ALREADY_LIVE': 99 });
    const id = answers.find(({ status }) => status === 201)?.data.id as string;
    const named = answers.filter(({ status }) => status === 409).map(({ error }) => error?.details);
    expect(named).toEqual(Array.from({ length: 99 }, () => ({ emergencyId: id })));
    expect(await raised()).toBe(1);
    expect((await checkInvariants(server, id)).waves).toHaveLength(1);
  });

  it('50 with the same request id are one emergency: one 201, the others 200 with the same one', async () => {
    const location = somewhere();
    await verifiedHelper(server, north(location, 100));
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        raise(anywhere(requester, index), { requestId: 'tap', location }),
      ),
    );
    expect(tally(answers.map(outcome))).toEqual({ '201': 1, '200': 49 });
    expect(new Set(answers.map(({ data }) => data.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed'))).toHaveLength(49);
    expect(await raised()).toBe(1);
    await checkInvariants(server, answers[0]?.data.id);
  });

  it('the same request id with two bodies at once is one emergency: the other body gets 422', async () => {
    for (let round = 0; round < 10; round += 1) {
      const person = await register(server);
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          raise(anywhere(person, Number(index > 2)), { requestId: 'tap', silent: index % 2 === 0 }),
        ),
      );
      expect(tally(answers.map(outcome))).toEqual({
        '201': 1,
        '200': 2,
        '422 IDEMPOTENCY_KEY_REUSED': 3,
      });
    }
  });
});
