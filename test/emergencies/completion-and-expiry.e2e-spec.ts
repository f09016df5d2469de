import { MINUTE, SECOND } from '../../src/common/time/clock';
import { type Answer, must, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import {
  accept,
  alertRow,
  decline,
  go,
  locate,
  north,
  object,
  outcome,
  passTime,
  scene,
  type Scene,
  see,
  step,
} from '../support/emergencies';
import { checkInvariants, isFree } from '../support/invariants';

let server: TestApp;

beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.close());

describe('When every responder left says completed', () => {
  it('it resolves by itself after ten minutes, not before', async () => {
    const { id, requester, helpers } = await scene(server, 1);
    const helper = helpers[0];
    await go(helper, id, 'completed');
    expect(await isFree(server, helper.objectId)).toBe(true);
    await passTime(server, 10 * MINUTE - SECOND, requester);
    expect((await see(requester, id)).data.status).toBe('responding');
    await passTime(server, SECOND, requester);
    expect((await see(requester, id)).data).toMatchObject({
      status: 'resolved',
      outcome: 'helped',
    });
    const { events } = await checkInvariants(server, id);
    expect(events.at(-1)).toMatchObject({ type: 'emergency.resolved', actor: { role: 'system' } });
  });

  it('who withdrew does not count: completed and withdrawn together are everybody', async () => {
    const { id, helpers } = await scene(server, 2);
    await go(helpers[0], id, 'completed');
    await go(helpers[1], id, 'withdrawn');
    expect((await checkInvariants(server, id)).emergency.status).toBe('responding');
    await passTime(server, 10 * MINUTE);
    expect((await checkInvariants(server, id)).emergency.status).toBe('resolved');
  });

  it('it does not while another responder is under way', async () => {
    const { id, helpers } = await scene(server, 2);
    must(await accept(helpers[1], id));
    await go(helpers[0], id, 'completed');
    await passTime(server, 11 * MINUTE);
    expect((await checkInvariants(server, id)).emergency.status).toBe('responding');
  });

  it('a helper who accepts in the waiting time cancels it', async () => {
    const { id, helpers } = await scene(server, 2);
    await go(helpers[0], id, 'completed');
    must(await accept(helpers[1], id));
    await passTime(server, 11 * MINUTE);
    expect((await checkInvariants(server, id)).emergency.status).toBe('responding');
  });

  it('an objection makes it active again, at once, and helpers are alerted again', async () => {
    const { id, requester, helpers } = await scene(server, 2);
    const [done, waits] = helpers;
    await go(done, id, 'completed');
    expect((await object(requester, id)).data.status).toBe('active');
    await eventually(async () =>
      expect(await alertRow(server, id, waits)).toMatchObject({ attempt: 2 }),
    );
    await passTime(server, 11 * MINUTE);
    expect((await checkInvariants(server, id)).emergency.status).toBe('active');
  });

  it('what was objected to does not resolve it later, when the next helper withdraws', async () => {
    const { id, requester, helpers } = await scene(server, 2);
    await go(helpers[0], id, 'completed');
    must(await object(requester, id));
    await go(helpers[1], id, 'withdrawn');
    const { emergency } = await checkInvariants(server, id);
    expect([emergency.status, emergency.completionDueAt]).toEqual(['active', null]);
  });

  it('there is nothing to object to before, or by anybody else', async () => {
    const { id, requester, helpers } = await scene(server, 1);
    const helper = helpers[0];
    expect(outcome(await object(requester, id))).toBe('409 INVALID_TRANSITION');
    await go(helper, id, 'completed');
    expect(outcome(await object(helper, id))).toBe('403 FORBIDDEN');
    await checkInvariants(server, id);
  });
});

describe('Without a sign of life', () => {
  it('it expires after sixty minutes, not before: alerts expire and everybody is free', async () => {
    const { id, requester, helpers } = await scene(server, 2);
    const [comes, waits] = helpers;
    await go(comes, id, 'on_way');
    await passTime(server, 60 * MINUTE - 5 * SECOND, requester);
    expect((await see(requester, id)).data.status).toBe('responding');
    await passTime(server, 5 * SECOND, requester);
    expect((await see(requester, id)).data.status).toBe('expired');
    const { alerts } = await checkInvariants(server, id);
    expect(alerts.find(({ helper }) => helper.equals(waits.objectId))?.status).toBe('expired');
    expect(await isFree(server, comes.objectId)).toBe(true);
  });

  type Sign = (scene: Scene, helper: TestActor) => Promise<Answer<unknown>>;
  const SIGNS: [string, 'accepted' | 'completed' | null, Sign][] = [
    ['an accept', null, ({ id }, helper) => accept(helper, id)],
    ['a step of a responder', 'accepted', ({ id }, helper) => step(helper, id, 'on_way')],
    ['a withdrawal', 'accepted', ({ id }, helper) => step(helper, id, 'withdrawn')],
    ['a better fix', null, ({ id, requester, place }) => locate(requester, id, place)],
    [
      'a position of the requester',
      null,
      ({ requester, place }) => requester.put('/users/me/location', place),
    ],
    [
      'a position of a responder',
      'accepted',
      ({ place }, helper) => helper.put('/users/me/location', north(place, 90)),
    ],
    [
      'a message',
      null,
      ({ id, requester }) => requester.post(`/emergencies/${id}/messages`, { text: 'Hi' }),
    ],
    ['an objection', 'completed', ({ id, requester }) => object(requester, id)],
  ];

  it.each(SIGNS)('%s gives it sixty minutes more', async (_, upTo, act) => {
    const the = await scene(server, 1);
    const helper = the.helpers[0];
    if (upTo) await go(helper, the.id, upTo);
    await passTime(server, 8 * MINUTE, the.requester, helper);
    const before = server.clock.now().getTime();
    must(await act(the, helper));
    const { emergency } = await checkInvariants(server, the.id);
    expect(emergency.expiresAt.getTime()).toBeGreaterThanOrEqual(before + 60 * MINUTE);
  });

  it('an alert that is declined is none: nobody of these is coming', async () => {
    const { id, helpers } = await scene(server, 1);
    const before = (await checkInvariants(server, id)).emergency.expiresAt;
    must(await decline(helpers[0], id));
    expect((await checkInvariants(server, id)).emergency.expiresAt).toEqual(before);
  });
});
