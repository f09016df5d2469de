import * as fc from 'fast-check';
import type { Types } from 'mongoose';
import { DAY } from '../../src/common/time/clock';
import { TrustRebuild } from '../../src/modules/trust/rebuild/trust-rebuild';
import { startTestApp, type TestApp } from '../support/app';
import { cachedScore, differing, people, takeStep, type TrustStep } from '../support/trust-ledger';

const GROUP = 6;

/** A step between two of a small group; then some days pass. */
const step = fc
  .record({
    does: fc.constantFrom<TrustStep['does']>(
      'rescue',
      'rescue',
      'rescue',
      'help',
      'booking',
      'report',
    ),
    helper: fc.nat(GROUP - 1),
    by: fc.nat(GROUP - 2),
    // Half of the time in one direction, so that circles close; the rest makes pairs reciprocal.
    downwards: fc.boolean(),
    rating: fc.integer({ min: 1, max: 5 }),
    days: fc.constantFrom(0, 0, 1, 60),
  })
  .map(({ helper, by, downwards, ...rest }) => {
    const other = (helper + 1 + by) % GROUP;
    const [one, two] = downwards && other < helper ? [other, helper] : [helper, other];
    return { ...rest, helper: one, by: two };
  });

describe('Rebuilding trust', () => {
  let server: TestApp;
  beforeAll(async () => {
    server = await startTestApp();
  });
  afterAll(() => server.close());

  const toStep = (
    group: Types.ObjectId[],
    {
      does,
      helper,
      by,
      rating,
    }: { does: TrustStep['does']; helper: number; by: number; rating: number },
  ): TrustStep => {
    const at = (index: number): Types.ObjectId => group[index];
    if (does === 'report') return { does, subject: at(helper) };
    return { does, helper: at(helper), by: at(by), rating };
  };

  it('finds after any history that each score was what the events say for its moment', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 30, size: 'max' }),
        async (steps) => {
          const group = await people(server, GROUP);
          for (const { days, ...one } of steps) {
            await takeStep(server, toStep(group, one));
            server.clock.advance(days * DAY);
          }
          expect(await differing(server)).toBe(0);
          await server.connection.collection('users').deleteMany({ _id: { $in: group } });
        },
      ),
      { numRuns: 25 },
    );
  });

  it('puts right a score that was changed or lost, and leaves the others', async () => {
    const [helper, by, idle] = await people(server, 3);
    if (!helper || !by || !idle) throw new Error('Too few');
    await takeStep(server, { does: 'rescue', helper, by });
    const score = await cachedScore(server, helper);
    expect(score).toBe(583);
    const users = server.connection.collection('users');
    await users.updateOne({ _id: helper }, { $set: { trustScore: 999 } });
    await users.updateOne({ _id: idle }, { $set: { trustScore: 1000 } });
    expect(await differing(server)).toBe(2);
    expect(await cachedScore(server, helper)).toBe(score);
    expect(await cachedScore(server, idle)).toBe(500);
    expect(await differing(server)).toBe(0);
  });

  it('is a command that works beside the server and says what it found', async () => {
    // Imported late: configuration is read when the modules load.
    const { rebuildCommand } = await import('../../src/modules/trust/rebuild/rebuild-command.js');
    const [helper, by] = await people(server, 2);
    if (!helper || !by) throw new Error('Too few');
    await takeStep(server, { does: 'rescue', helper, by });
    await server.connection
      .collection('users')
      .updateOne({ _id: helper }, { $set: { trustScore: 1 } });
    const said: string[] = [];
    await rebuildCommand((line) => said.push(line));
    expect(said[0]).toMatch(/^\d+ accounts, 1 of them with another score than their events say\.$/);
    expect(await cachedScore(server, helper)).toBe(583);
  });

  it('goes through more people than one batch', async () => {
    await people(server, 520);
    const { people: looked, differed } = await server.get(TrustRebuild).run();
    expect(looked).toBeGreaterThan(520);
    expect(differed).toBe(0);
  });

  it('may run while points are earned: in the end every score is right', async () => {
    const group = await people(server, GROUP);
    const steps = fc.sample(step, { numRuns: 40, seed: 112 });
    const earned = new AbortController();
    const rebuilding = (async () => {
      while (!earned.signal.aborted) await server.get(TrustRebuild).run();
    })();
    for (const one of steps) await takeStep(server, toStep(group, one));
    earned.abort();
    await rebuilding;
    expect(await differing(server)).toBe(0);
  });
});
