import { DAY } from '../../src/common/time/clock';
import type { PublicProfile } from '../../src/modules/users/dto/public-profile.view';
import { must, type TestActor, verifiedHelper } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import {
  accept,
  cancel,
  north,
  outcome,
  passTime,
  resolve,
  scene,
  somewhere,
  step,
} from '../support/emergencies';
import {
  becomeOrdinary,
  confirm,
  confirmedRescue,
  ordinaryPerson,
  ownTrust,
  rescue,
  sweepTrust,
  trustEvents,
} from '../support/trust';

describe('Trust of a helper', () => {
  let server: TestApp;
  beforeAll(async () => {
    server = await startTestApp();
  });
  afterAll(() => server.close());

  const scoreOf = async (viewer: TestActor, person: TestActor): Promise<number> =>
    must(await viewer.get<PublicProfile>(`/users/${person.id}`)).data.trustScore;

  it('begins in the middle, with nothing in the record', async () => {
    const person = await ordinaryPerson(server);
    expect(await ownTrust(person)).toMatchObject({
      trustScore: 500,
      earned: 0,
      lost: 0,
      people: 0,
    });
    expect(await trustEvents(person)).toEqual([]);
  });

  it('rises by a rescue whose arrival was seen and which the requester confirmed, for everybody to see', async () => {
    const place = somewhere();
    const [requester, helper] = [await ordinaryPerson(server), await verifiedHelper(server, place)];
    const id = await rescue(requester, helper, place);
    expect(await scoreOf(requester, helper)).toBe(500);
    const { data } = must(await confirm(requester, id, helper));
    expect(data.responses[0]).toMatchObject({
      helper: { id: helper.id, trustScore: 583 },
      confirmedAt: expect.any(String),
    });
    expect(await scoreOf(requester, helper)).toBe(583);
    expect(await ownTrust(helper)).toMatchObject({ trustScore: 583, earned: 100, people: 1 });
    expect(await trustEvents(helper)).toEqual([
      {
        id: expect.any(String),
        kind: 'rescue',
        points: 100,
        source: { kind: 'emergency', id },
        at: expect.any(String),
      },
    ]);
    expect(await trustEvents(requester)).toEqual([]);
  });

  it('does not rise where the position was elsewhere on arrival: the confirmation is kept all the same', async () => {
    const { requester, helpers, id } = await scene(server, 1);
    const [helper] = helpers;
    if (!helper) throw new Error('No helper');
    await becomeOrdinary(server, requester);
    must(await accept(helper, id));
    for (const status of ['on_way', 'arrived']) must(await step(helper, id, status));
    const { data } = must(await confirm(requester, id, helper));
    expect(data.responses[0]?.confirmedAt).toEqual(expect.any(String));
    expect(await ownTrust(helper)).toMatchObject({ trustScore: 500, earned: 0 });
  });

  it('counts a confirmation once, however often it is sent, also after leaving and coming back', async () => {
    const place = somewhere();
    const [requester, helper] = [await ordinaryPerson(server), await verifiedHelper(server, place)];
    const id = await rescue(requester, helper, place);
    const key = { 'Idempotency-Key': 'confirm-1' };
    for (let time = 0; time < 3; time += 1) must(await confirm(requester, id, helper));
    for (let time = 0; time < 2; time += 1) must(await confirm(requester, id, helper, key));
    must(await step(helper, id, 'withdrawn'));
    must(await accept(helper, id));
    for (const status of ['on_way', 'arrived']) must(await step(helper, id, status));
    must(await confirm(requester, id, helper));
    expect(await trustEvents(helper)).toHaveLength(1);
    expect(await ownTrust(helper)).toMatchObject({ earned: 100 });
  });

  it('can be confirmed for 7 days after the end, and no longer', async () => {
    const place = somewhere();
    const [requester, helper] = [await ordinaryPerson(server), await verifiedHelper(server, place)];
    const first = await rescue(requester, helper, place);
    must(await resolve(requester, first));
    await passTime(server, 6 * DAY, requester, helper);
    expect(outcome(await confirm(requester, first, helper))).toBe('200');
    const second = await rescue(requester, helper, place);
    must(await resolve(requester, second));
    await passTime(server, 7 * DAY, requester);
    expect(outcome(await confirm(requester, second, helper))).toBe('409 INVALID_TRANSITION');
  });

  it('is not confirmed before the arrival, after leaving, after a false alarm, nor for somebody who was not there', async () => {
    const place = somewhere();
    const requester = await ordinaryPerson(server);
    const [helper, idle] = [
      await verifiedHelper(server, place),
      await verifiedHelper(server, north(place, 100)),
    ];
    const { id } = must(
      await requester.post<{ id: string }>('/emergencies', { type: 'medical', location: place }),
    ).data;
    expect(outcome(await confirm(requester, id, idle))).toBe('404 NOT_FOUND');
    must(await accept(helper, id));
    const early = await confirm(requester, id, helper);
    expect(outcome(early)).toBe('409 INVALID_TRANSITION');
    expect(early.error?.details).toEqual({ status: 'responding', responseStatus: 'accepted' });
    for (const status of ['on_way', 'arrived', 'withdrawn']) must(await step(helper, id, status));
    expect(outcome(await confirm(requester, id, helper))).toBe('409 INVALID_TRANSITION');
    must(await cancel(requester, id));
    const again = await rescue(requester, helper, place);
    must(await cancel(requester, again));
    expect(outcome(await confirm(requester, again, helper))).toBe('409 INVALID_TRANSITION');
    expect(await trustEvents(helper)).toEqual([]);
  });

  it('is not for others to confirm', async () => {
    const place = somewhere();
    const [requester, helper, stranger] = [
      await ordinaryPerson(server),
      await verifiedHelper(server, place),
      await ordinaryPerson(server),
    ];
    const id = await rescue(requester, helper, place);
    expect(outcome(await confirm(helper, id, helper))).toBe('403 FORBIDDEN');
    expect(outcome(await confirm(stranger, id, helper))).toBe('404 NOT_FOUND');
    expect(await trustEvents(helper)).toEqual([]);
  });

  it('weighs the word of a new account without a confirmed address a fifth', async () => {
    const { requester, helpers, id, place } = await scene(server, 1);
    const [helper] = helpers;
    if (!helper) throw new Error('No helper');
    must(await helper.put('/users/me/location', { ...place }));
    must(await accept(helper, id));
    for (const status of ['on_way', 'arrived']) must(await step(helper, id, status));
    must(await confirm(requester, id, helper));
    expect(await ownTrust(helper)).toMatchObject({ earned: 20 });
  });

  it('earns two people nothing once each has rescued the other', async () => {
    const place = somewhere();
    const [one, other] = [await verifiedHelper(server, place), await verifiedHelper(server, place)];
    await becomeOrdinary(server, one, other);
    await confirmedRescue(one, other, place);
    expect(await ownTrust(other)).toMatchObject({ earned: 100 });
    await confirmedRescue(other, one, place);
    for (const person of [one, other]) {
      expect(await ownTrust(person)).toMatchObject({ trustScore: 500, earned: 0, people: 0 });
    }
  });

  it('goes back towards the middle with time, whether anything happens or not', async () => {
    const place = somewhere();
    const [requester, helper] = [await ordinaryPerson(server), await verifiedHelper(server, place)];
    await confirmedRescue(requester, helper, place);
    await passTime(server, 180 * DAY, requester, helper);
    await sweepTrust(server);
    expect(await ownTrust(helper)).toMatchObject({ trustScore: 545, earned: 50 });
    expect(await scoreOf(requester, helper)).toBe(545);
    await passTime(server, 1800 * DAY, helper);
    await sweepTrust(server);
    expect(await ownTrust(helper)).toMatchObject({ trustScore: 500, earned: 0 });
  });
});
