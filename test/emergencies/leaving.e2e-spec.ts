import { adminOf, must, register, type TestActor, verifiedHelper } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import {
  accept,
  alertRow,
  decline,
  go,
  north,
  outcome,
  pending,
  resolve,
  scene,
  see,
  step,
  sweep,
} from '../support/emergencies';
import { checkInvariants, isFree } from '../support/invariants';

describe('When a responder leaves', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });
  afterAll(() => server.close());

  it('and another is left, it stays responding and nobody is alerted again', async () => {
    const { id, helpers, requester } = await scene(server, 3);
    const [one, two, three] = helpers;
    must(await accept(one, id));
    must(await accept(two, id));
    must(await step(one, id, 'withdrawn'));
    await sweep(server);
    expect((await see(requester, id)).data.status).toBe('responding');
    expect(await alertRow(server, id, three)).toMatchObject({ attempt: 1 });
    expect((await checkInvariants(server, id)).waves).toHaveLength(1);
  });

  it('and was the last, it is active again: who neither declined nor withdrew is alerted a second time', async () => {
    const { id, helpers, requester, place } = await scene(server, 4);
    const [goes, declines, withdrew, waits] = helpers as [
      TestActor,
      TestActor,
      TestActor,
      TestActor,
    ];
    must(await decline(declines, id));
    await go(withdrew, id, 'withdrawn');
    await eventually(async () =>
      expect(await alertRow(server, id, waits)).toMatchObject({ attempt: 2 }),
    );
    must(await accept(goes, id));
    const newcomer = await verifiedHelper(server, north(place, 150));
    must(await step(goes, id, 'withdrawn'));
    expect((await see(requester, id)).data.status).toBe('active');
    await eventually(async () => {
      expect(await alertRow(server, id, waits)).toMatchObject({ attempt: 3, status: 'queued' });
    });
    expect(await pending(newcomer)).toEqual([id]);
    expect(await alertRow(server, id, declines)).toMatchObject({ attempt: 1, status: 'declined' });
    expect(await alertRow(server, id, withdrew)).toMatchObject({ status: 'withdrawn' });
    expect(await alertRow(server, id, goes)).toMatchObject({ attempt: 2, status: 'withdrawn' });
    const { waves } = await checkInvariants(server, id);
    const told = (waves.at(-1)?.audience.users ?? []).map(String).toSorted();
    expect(told).toEqual([waits.id, newcomer.id].toSorted());
  });

  it('a further helper may come, and it is responding again', async () => {
    const { id, helpers } = await scene(server, 2);
    await go(helpers[0], id, 'withdrawn');
    expect((await accept(helpers[1], id)).data.status).toBe('responding');
    const { events } = await checkInvariants(server, id);
    expect(events.map(({ type }) => type).filter((type) => type.startsWith('emergency.'))).toEqual([
      'emergency.created',
      'emergency.status_changed',
      'emergency.status_changed',
      'emergency.status_changed',
    ]);
  });
});

/** What ends somebody's part in an emergency beside their own wish, and the reason on record. */
const FORCES: [
  string,
  (server: TestApp, requester: TestActor, helper: TestActor) => Promise<unknown>,
  string,
][] = [
  [
    'blocked by the requester',
    async (_, requester, helper) => must(await requester.put(`/users/me/blocks/${helper.id}`)),
    'blocked',
  ],
  [
    'blocking the requester',
    async (_, requester, helper) => must(await helper.put(`/users/me/blocks/${requester.id}`)),
    'blocked',
  ],
  [
    'suspended',
    async (server, _, helper) => moderate(server, helper, { status: 'suspended' }),
    'suspended',
  ],
  [
    'no longer verified',
    async (server, _, helper) => moderate(server, helper, { verified: false }),
    'unverified',
  ],
  [
    'erasing their account',
    async (_, __, helper) => must(await helper.delete('/users/me', { password: helper.password })),
    'erased',
  ],
];

async function moderate(server: TestApp, user: TestActor, changes: object): Promise<void> {
  must(await (await adminOf(server)).patch(`/admin/users/${user.id}`, changes));
}

describe.each(FORCES)('A helper %s', (_, force, reason) => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });
  afterAll(() => server.close());

  it('leaves the emergency they respond to, which becomes active again, and is free', async () => {
    const { id, helpers, requester } = await scene(server, 2);
    const [helper, other] = helpers;
    await go(helper, id, 'on_way');
    await force(server, requester, helper);
    const { emergency } = await checkInvariants(server, id);
    expect(emergency.status).toBe('active');
    expect(emergency.responses[0]).toMatchObject({ status: 'withdrawn', leftBecause: reason });
    expect(await isFree(server, helper.objectId)).toBe(true);
    expect([401, 403, 404]).toContain((await see(helper, id)).status);
    expect([401, 403, 404]).toContain((await accept(helper, id)).status);
    await eventually(async () =>
      expect(await alertRow(server, id, other)).toMatchObject({ attempt: 2 }),
    );
    await checkInvariants(server, id);
  });

  it('has no alert any more that they could accept, answered or not', async () => {
    const { id, helpers, requester } = await scene(server, 2);
    const [waits, declined] = helpers;
    must(await decline(declined, id));
    for (const helper of [waits, declined]) {
      await force(server, requester, helper);
      expect(await alertRow(server, id, helper)).toMatchObject({
        status: 'withdrawn',
        withdrawnBecause: reason,
      });
      expect([401, 403, 404]).toContain((await see(helper, id)).status);
      expect([401, 403, 404]).toContain((await accept(helper, id)).status);
    }
    await checkInvariants(server, id);
  });

  it('is no participant any more, though they had completed', async () => {
    const { id, helpers, requester } = await scene(server, 2);
    const [helper, other] = helpers;
    await go(helper, id, 'completed');
    await force(server, requester, helper);
    expect([401, 403, 404]).toContain((await see(helper, id)).status);
    expect([401, 403, 404]).toContain((await helper.get(`/emergencies/${id}/messages`)).status);
    const { emergency } = await checkInvariants(server, id);
    expect(emergency.responses[0]).toMatchObject({ status: 'completed', leftBecause: reason });
    // Their completion does not count when the next one leaves: somebody else is looked for.
    await go(other, id, 'withdrawn');
    expect((await checkInvariants(server, id)).emergency.status).toBe('active');
  });
});

describe('The requester of a live SOS', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });
  afterAll(() => server.close());

  it('cannot delete their account before it has ended', async () => {
    const { id, requester } = await scene(server, 0);
    const refused = await requester.delete('/users/me', { password: requester.password });
    expect(outcome(refused)).toBe('409 CONFLICT');
    expect(refused.error?.details).toEqual({ emergencyId: id });
    must(await resolve(requester, id));
    expect((await requester.delete('/users/me', { password: requester.password })).status).toBe(
      200,
    );
  });

  it('when suspended keeps it: helpers still come, and a moderator ends it', async () => {
    const { id, requester, helpers } = await scene(server, 1);
    await moderate(server, requester, { status: 'suspended' });
    expect(outcome(await see(requester, id))).toBe('403 ACCOUNT_SUSPENDED');
    expect((await accept(helpers[0], id)).status).toBe(200);
    expect((await resolve(await adminOf(server), id)).data.status).toBe('resolved');
    await checkInvariants(server, id);
  });

  it('who blocks a helper elsewhere changes nothing here', async () => {
    const { id, requester, helpers } = await scene(server, 1);
    must(await accept(helpers[0], id));
    must(await requester.put(`/users/me/blocks/${(await register(server)).id}`));
    expect((await checkInvariants(server, id)).emergency.status).toBe('responding');
  });
});
