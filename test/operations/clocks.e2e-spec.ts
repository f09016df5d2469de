import { Dispatcher } from '../../src/modules/emergencies/dispatch/dispatcher';
import { EmergencySweeper } from '../../src/modules/emergencies/dispatch/emergency.sweeper';
import { MINUTE, SECOND } from '../../src/common/time/clock';
import { must, register, type TestActor } from '../support/actors';
import type { TestApp } from '../support/app';
import {
  accept,
  helpersAt,
  locate,
  objectId,
  pending,
  raise,
  resolve,
  somewhere,
  step,
  timeline,
} from '../support/emergencies';
import { eventually } from '../support/eventually';
import { checkInvariants, recordOf } from '../support/invariants';
import { startTwoNodes } from '../support/race';
import { closeSockets, TestSocket } from '../support/sockets';

jest.setTimeout(60_000);

describe.each([
  ['ahead', 2 * MINUTE],
  ['behind', -2 * MINUTE],
])('A node whose clock is two minutes %s of the other', (_, drift) => {
  let right: TestApp;
  let wrong: TestApp;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ server: right, node: wrong, close } = await startTwoNodes());
    // Waves are run by the tests alone.
    for (const one of [right, wrong]) await one.get(EmergencySweeper).onModuleDestroy();
    wrong.clock.advance(drift);
  });

  afterEach(closeSockets);

  afterAll(() => close());

  it('carries emergencies on together with it, in the order of their numbers', async () => {
    const place = somewhere();
    const requester = await register(wrong);
    const [first, second] = await helpersAt(right, place, 2);
    if (!first || !second) throw new Error('two helpers');
    const socket = await TestSocket.connect(requester.on(right));
    const { id } = must(await raise(requester, { location: place })).data;
    must(await accept(first, id));
    must(await step(first.on(wrong), id, 'on_way'));
    must(await accept(second.on(wrong), id));
    must(await step(first, id, 'withdrawn'));
    must(await step(second, id, 'on_way'));
    must(await resolve(requester.on(right), id));

    await checkInvariants(right, id);
    const told = await timeline(requester, id);
    await socket.event('emergency.resolved');
    const heard = socket.events.filter(({ seq }) => seq !== null).map(({ seq }) => seq);
    expect(heard).toEqual(told.map(({ seq }) => seq));
  });

  it('may take the lease of a wave that the other runs, and still each helper is alerted once', async () => {
    const { id, helpers } = await waiting(right);
    const key = objectId(right, id);
    const slow = await right.get(Dispatcher).claim(key);
    if (!slow) throw new Error('the wave is due');
    // By its clock the lease of the other is over, or will be: then it does the work again.
    wrong.clock.advance(15 * SECOND);
    await wrong.get(Dispatcher).runDue(key);
    await right.get(Dispatcher).runWave(slow.emergency, slow.token);
    wrong.clock.advance(-15 * SECOND);

    const { waves, alerts } = await recordOf(right, id);
    expect(waves).toHaveLength(1);
    expect(alerts.map(({ attempt }) => attempt)).toEqual(helpers.map(() => 1));
    for (const helper of helpers) expect(await pending(helper)).toEqual([id]);
  });

  it('dies with a wave that is due: the other runs it, at the latest when its own clock has come as far', async () => {
    const { id, helpers } = await waiting(wrong);
    const key = objectId(right, id);
    const late = Math.max(0, drift);
    if (late > 0) expect(await right.get(Dispatcher).runDue(key)).toBe(false);
    right.clock.advance(late);
    expect(await right.get(Dispatcher).runDue(key)).toBe(true);
    right.clock.advance(-late);
    for (const helper of helpers) expect(await pending(helper)).toEqual([id]);
  });

  it('signs tokens that end when they must: a session that was ended stays ended on the other', async () => {
    const person = await register(wrong);
    must(await person.on(right).get('/auth/me'));
    must(await person.on(right).post('/auth/logout'));
    // Up to 16 min 40 s: a token that was signed two minutes ahead lives for 17 by the other clock.
    const steps = [0, 14 * MINUTE + 30 * SECOND, 2 * MINUTE + 10 * SECOND];
    for (const passed of steps) {
      right.clock.advance(passed);
      // What is remembered is looked through when something is added.
      must(await (await register(right)).post('/auth/logout'));
      await eventually(async () => {
        expect((await person.on(right).get('/auth/me')).status).toBe(401);
      });
    }
    right.clock.advance(-steps.reduce((sum, passed) => sum + passed, 0));
  });

  it('ends a session at once on the other', async () => {
    const person = await register(right);
    must(await person.on(wrong).post('/auth/logout'));
    await eventually(async () => {
      expect((await person.get('/auth/me')).error?.code).toBe('UNAUTHENTICATED');
    });
  });

  /** An emergency whose first wave is due on that node, which has not begun it. */
  async function waiting(node: TestApp): Promise<{ id: string; helpers: TestActor[] }> {
    const place = somewhere();
    const helpers = await helpersAt(right, place, 3);
    const requester = await register(node);
    const { id } = must(await raise(requester)).data;
    const run = jest.spyOn(node.get(Dispatcher), 'runSoon').mockImplementation(() => undefined);
    must(await locate(requester, id, place));
    run.mockRestore();
    return { id, helpers };
  }
});
