import { setTimeout as delay } from 'node:timers/promises';
import { must, register, type TestActor } from '../support/actors';
import type { TestApp } from '../support/app';
import { openBusiness } from '../support/businesses';
import { patiently, startTwoNodes } from '../support/race';

const ROUNDS = 20;

describe('A report at the same instant as the erasure of whom it is about', () => {
  let server: TestApp;
  let node: TestApp;
  let close: () => Promise<void>;
  let reporters: TestActor[];

  beforeAll(async () => {
    ({ server, node, close } = await startTwoNodes());
    reporters = await Promise.all([1, 2, 3, 4].map(() => register(server)));
  }, 60_000);
  afterAll(() => close());

  it('keeps nothing of what they wrote', async () => {
    const outcomes = new Set<string>();
    // How long an erasure takes here: the reports come spread over it.
    let takes = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const leaving = await register(server);
      const { id } = await openBusiness(leaving);
      const erase = async () => {
        const began = Date.now();
        must(await leaving.on(node).delete('/users/me', { password: leaving.password }));
        takes = Date.now() - began;
      };
      const [, ...answers] = await Promise.all([
        erase(),
        ...reporters.map(async (reporter, index) => {
          await delay((takes * (index + (round % 4) / 4)) / 4);
          return patiently(reporter, (self) =>
            self.post('/reports', { subject: { kind: 'business', id }, reason: 'fraud' }),
          );
        }),
      ]);
      for (const { status } of answers) outcomes.add(String(status));
      const kept = await server.connection
        .collection('reports')
        .countDocuments({ owner: leaving.objectId, evidence: { $ne: null } });
      expect(kept).toBe(0);
    }
    expect([...outcomes].toSorted()).toEqual(['201', '404']);
  }, 60_000);
});
