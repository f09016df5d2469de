import { type Answer, must, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import {
  accept,
  cancel,
  decline,
  go,
  locate,
  object,
  outcome,
  resolve,
  scene,
  type Scene,
  see,
  sendAway,
  step,
} from '../support/emergencies';
import { checkInvariants } from '../support/invariants';
import { HOUR } from '../../src/common/time/clock';
import { EmergencyService } from '../../src/modules/emergencies/emergency.service';
import type { EmergencyStatus } from '../../src/modules/emergencies/emergency.transitions';

type Act = (
  scene: Scene,
  people: { helper: TestActor; moderator: TestActor },
) => Promise<Answer<unknown>>;

const STATUSES: EmergencyStatus[] = ['active', 'responding', 'resolved', 'cancelled', 'expired'];

/** Each move, from where it is open and to what; from everywhere else it is 409 with the present status. */
const MOVES: { move: string; act: Act; to: Partial<Record<EmergencyStatus, EmergencyStatus>> }[] = [
  {
    move: 'a helper accepts',
    act: ({ id, helpers }) => accept(helpers[1], id),
    to: { active: 'responding', responding: 'responding' },
  },
  {
    move: 'a helper declines',
    act: ({ id, helpers }) => decline(helpers[1], id),
    to: { active: 'active', responding: 'responding' },
  },
  {
    move: 'the requester resolves',
    act: ({ id, requester }) => resolve(requester, id),
    to: { active: 'resolved', responding: 'resolved' },
  },
  {
    move: 'a moderator resolves',
    act: ({ id }, { moderator }) => resolve(moderator, id),
    to: { active: 'resolved', responding: 'resolved' },
  },
  {
    move: 'the requester cancels',
    act: ({ id, requester }) => cancel(requester, id),
    to: { active: 'cancelled', responding: 'cancelled' },
  },
  {
    move: 'the requester sends a better fix',
    act: ({ id, requester, place }) => locate(requester, id, place),
    to: { active: 'active', responding: 'responding' },
  },
  {
    move: 'the requester objects though nobody has completed',
    act: ({ id, requester }) => object(requester, id),
    to: {},
  },
  {
    move: 'the requester writes a message',
    act: ({ id, requester }) => requester.post(`/emergencies/${id}/messages`, { text: 'Hello' }),
    to: { active: 'active', responding: 'responding' },
  },
];

describe('An emergency', () => {
  let server: TestApp;
  let moderator: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
    moderator = await staff(server, 'moderator');
  });
  afterAll(() => server.close());

  /** An SOS in the given status; its second helper has not answered. */
  async function inStatus(status: EmergencyStatus): Promise<Scene> {
    const the = await scene(server, 2);
    if (status === 'responding') must(await accept(the.helpers[0], the.id));
    if (status === 'resolved') must(await resolve(moderator, the.id));
    // Cancelled by the requester, so that a repeat of theirs is what the table says.
    if (status === 'cancelled') must(await cancel(the.requester, the.id));
    if (status === 'expired') await expire(the.id);
    expect((await see(the.requester, the.id)).data.status).toBe(status);
    return the;
  }

  async function expire(id: string): Promise<void> {
    const _id = new server.connection.base.Types.ObjectId(id);
    const past = new Date(server.clock.now().getTime() - HOUR);
    await server.connection
      .collection('emergencies')
      .updateOne({ _id }, { $set: { expiresAt: past } });
    await server.get(EmergencyService).expire(_id);
  }

  describe.each(STATUSES)('that is %s', (status) => {
    it.each(MOVES)('when $move', async ({ act, to, move }) => {
      const the = await inStatus(status);
      const { seq } = (await checkInvariants(server, the.id)).emergency;
      const answer = await act(the, { helper: the.helpers[0], moderator });
      const after = (await checkInvariants(server, the.id)).emergency;
      const next = to[status];
      const ownRepeat =
        (status === 'resolved' && move === 'a moderator resolves') ||
        (status === 'cancelled' && move === 'the requester cancels');
      if (next || ownRepeat) {
        expect(answer.status).toBeLessThan(300);
        expect(after.status).toBe(next ?? status);
      } else {
        expect(outcome(answer)).toBe('409 INVALID_TRANSITION');
        expect(answer.error?.details).toMatchObject({ status });
        expect([after.status, after.seq]).toEqual([status, seq]);
      }
    });
  });

  it('tells each role what it may not do: 403 for who may see it, 404 for a stranger', async () => {
    const { id, requester, helpers } = await scene(server, 2);
    const [helper, alerted] = helpers;
    const stranger = (await scene(server, 0)).requester;
    must(await accept(helper, id));
    for (const actor of [helper, alerted]) {
      expect(outcome(await resolve(actor, id))).toBe('403 FORBIDDEN');
      expect(outcome(await cancel(actor, id))).toBe('403 FORBIDDEN');
      expect(outcome(await sendAway(actor, id, helper))).toBe('403 FORBIDDEN');
    }
    expect(outcome(await cancel(moderator, id))).toBe('403 FORBIDDEN');
    expect(outcome(await accept(requester, id))).toBe('403 FORBIDDEN');
    expect(outcome(await accept(moderator, id))).toBe('403 FORBIDDEN');
    expect(outcome(await step(alerted, id, 'on_way'))).toBe('403 FORBIDDEN');
    expect(outcome(await resolve(stranger, id))).toBe('404 NOT_FOUND');
    await checkInvariants(server, id);
  });
});

describe('A response', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });
  afterAll(() => server.close());

  const STATES = ['accepted', 'on_way', 'arrived', 'completed', 'withdrawn'] as const;
  const STEPS = ['on_way', 'arrived', 'completed', 'withdrawn'] as const;
  const OPEN = new Set([
    'accepted → on_way',
    'on_way → arrived',
    'arrived → completed',
    'accepted → withdrawn',
    'on_way → withdrawn',
    'arrived → withdrawn',
  ]);

  describe.each(STATES)('that is %s', (from) => {
    it.each(STEPS)('and is to be %s', async (to) => {
      const { id, helpers } = await scene(server, 1);
      const helper = helpers[0];
      await go(helper, id, from);
      const { seq } = (await checkInvariants(server, id)).emergency;
      const answer = await step(helper, id, to);
      const after = (await checkInvariants(server, id)).emergency;
      if (OPEN.has(`${from} → ${to}`)) {
        expect(answer.status).toBe(200);
        expect(after.responses[0]?.status).toBe(to);
        expect(after.seq).toBeGreaterThan(seq);
      } else if (from === to) {
        expect(answer.status).toBe(200);
        expect(after.seq).toBe(seq);
      } else {
        const refusal = from === 'withdrawn' ? '403 FORBIDDEN' : '409 INVALID_TRANSITION';
        expect(outcome(answer)).toBe(refusal);
        if (from !== 'withdrawn') {
          expect(answer.error?.details).toEqual({ status: 'responding', responseStatus: from });
        }
        expect(after.seq).toBe(seq);
      }
    });
  });

  it.each(['accepted', 'on_way', 'arrived'] as const)(
    'that is %s goes no further once the emergency has ended, and is refused with its status',
    async (from) => {
      const { id, helpers, requester } = await scene(server, 1);
      const helper = helpers[0];
      await go(helper, id, from);
      must(await resolve(requester, id));
      const next = { accepted: 'on_way', on_way: 'arrived', arrived: 'completed' }[from];
      for (const to of [next, 'withdrawn']) {
        const answer = await step(helper, id, to);
        expect(outcome(answer)).toBe('409 INVALID_TRANSITION');
        expect(answer.error?.details).toMatchObject({ status: 'resolved' });
      }
      await checkInvariants(server, id);
    },
  );

  it('on the way may say a new ETA: the room is told, and saying it again is nothing new', async () => {
    const { id, helpers, requester } = await scene(server, 1);
    const helper = helpers[0];
    await go(helper, id, 'on_way');
    const eta = (etaSeconds: number) =>
      helper.patch(`/emergencies/${id}/responses/me`, { status: 'on_way', etaSeconds });
    must(await eta(300));
    must(await eta(300));
    expect((await see(requester, id)).data.responses[0]).toMatchObject({
      status: 'on_way',
      etaSeconds: 300,
    });
    expect((await checkInvariants(server, id)).events.map(({ type }) => type).slice(-2)).toEqual([
      'helper.status_changed',
      'helper.status_changed',
    ]);
    expect((await checkInvariants(server, id)).emergency.seq).toBe(5);
  });

  it.each([
    [100, true],
    [400, false],
  ])(
    'that arrives at %i m from the place records whether that was within 150 m: %s',
    async (meters, nearby) => {
      const { id, helpers, place } = await scene(server, 1);
      const helper = helpers[0];
      await go(helper, id, 'on_way');
      const latitude = place.latitude + meters / 111_320;
      must(await helper.put('/users/me/location', { latitude, longitude: place.longitude }));
      must(await step(helper, id, 'arrived', { 'Idempotency-Key': `arrived-${meters}` }));
      const { emergency } = await checkInvariants(server, id);
      expect(emergency.responses[0]).toMatchObject({ status: 'arrived', arrivedNearby: nearby });
    },
  );
});
