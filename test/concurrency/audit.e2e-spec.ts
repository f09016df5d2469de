import { AuditHeadExport } from '../../src/modules/audit/audit-head-export';
import { verifyCommand } from '../../src/modules/audit/verify/verify-command';
import { must, register, staff, type TestActor } from '../support/actors';
import type { TestApp } from '../support/app';
import { patiently, startTwoNodes } from '../support/race';

const MODERATORS = 40;
const ROUNDS = 3;

describe('Forty moderators who act at the same instant on two nodes', () => {
  let server: TestApp;
  let node: TestApp;
  let close: () => Promise<void>;
  let moderators: TestActor[];
  let people: TestActor[];

  beforeAll(async () => {
    ({ server, node, close } = await startTwoNodes());
    moderators = [];
    people = [];
    for (let made = 0; made < MODERATORS; made += 1) {
      const moderator = await staff(server, 'moderator');
      moderators.push(made % 2 === 0 ? moderator : moderator.on(node));
      people.push(await register(server));
    }
  }, 120_000);
  afterAll(() => close());

  it('all succeed, each is in the chain once, and the chain has one end', async () => {
    const log = server.connection.collection('audit_log');
    for (let round = 0; round < ROUNDS; round += 1) {
      const verified = round % 2 === 0;
      const answers = await Promise.all(
        moderators.map((moderator, index) =>
          patiently(moderator, (self) =>
            self.patch(`/admin/users/${people[index]?.id}`, { verified }),
          ),
        ),
      );
      for (const answer of answers) must(answer);
      const rows = await log.find().sort({ seq: 1 }).toArray();
      const expected = MODERATORS * (round + 1);
      expect(rows.map(({ seq }) => seq)).toEqual(
        Array.from({ length: expected }, (_, index) => index + 1),
      );
      expect(new Set(rows.map(({ previous }) => String(previous))).size).toBe(expected);
      const actors = rows.slice(-MODERATORS).map(({ actor }) => String(actor));
      expect(new Set(actors)).toEqual(new Set(moderators.map(({ id }) => id)));
    }
    await node.get(AuditHeadExport).sweep();
    process.env.DATA_DIR = node.dataDir;
    expect(await verifyCommand([], () => undefined)).toBe(0);
  }, 120_000);
});
