import { must, register, staff, type TestActor } from '../support/actors';
import type { TestApp } from '../support/app';
import { outcome } from '../support/emergencies';
import { claim, decide, reported } from '../support/moderation';
import { startTwoNodes, together } from '../support/race';

const ROUNDS = 15;

describe('Two moderators at the same instant, on two nodes', () => {
  let server: TestApp;
  let node: TestApp;
  let close: () => Promise<void>;
  let one: TestActor;
  let two: TestActor;
  let reporters: TestActor[];

  beforeAll(async () => {
    ({ server, node, close } = await startTwoNodes());
    one = await staff(server, 'moderator');
    two = (await staff(server, 'moderator')).on(node);
    reporters = [await register(server), await register(server)];
  }, 60_000);
  afterAll(() => close());

  const decisionsOf = (person: TestActor) =>
    server.connection
      .collection('moderation_decisions')
      .find({ person: person.objectId })
      .toArray();

  async function reports(person: TestActor): Promise<[string, string]> {
    const [first, second] = reporters;
    if (!first || !second) throw new Error('nobody reports');
    return [await reported(first, 'user', person.id), await reported(second, 'user', person.id)];
  }

  it('reach for one report: one gets it', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const [report] = await reports(await register(server));
      const answers = await together(
        round,
        () => claim(one, report),
        () => claim(two, report),
      );
      expect(answers.map(outcome).toSorted()).toEqual(['200', '409 INVALID_TRANSITION']);
    }
  }, 120_000);

  it('decide two reports of one person: one decides, for both', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const person = await register(server);
      const [first, second] = await reports(person);
      must(await claim(one, first));
      must(await claim(two, second));
      const answers = await together(
        round,
        () => decide(one, first, 'warn'),
        () => decide(two, second, 'ban'),
      );
      expect(answers.map(outcome).toSorted()).toEqual(['200', '409 INVALID_TRANSITION']);
      const decisions = await decisionsOf(person);
      expect(decisions).toHaveLength(1);
      const banned = decisions[0]?.action === 'ban';
      expect((await person.get('/auth/me')).status).toBe(banned ? 403 : 200);
    }
  }, 120_000);
});
