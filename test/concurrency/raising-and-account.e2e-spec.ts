import { setTimeout as delay } from 'node:timers/promises';
import { SECOND } from '../../src/common/time/clock';
import { Discovery } from '../../src/modules/emergencies/dispatch/discovery';
import { Dispatcher } from '../../src/modules/emergencies/dispatch/dispatcher';
import { EmergencySweeper } from '../../src/modules/emergencies/dispatch/emergency.sweeper';
import { EmergencyLocationService } from '../../src/modules/emergencies/emergency-location.service';
import { SosService } from '../../src/modules/emergencies/sos.service';
import { adminOf, must, register, type TestActor, verifiedHelper } from '../support/actors';
import type { TestApp } from '../support/app';
import {
  alertRow,
  cancel,
  north,
  objectId,
  outcome,
  raise,
  somewhere,
} from '../support/emergencies';
import { eventually } from '../support/eventually';
import { checkInvariants } from '../support/invariants';
import { startTwoNodes, together } from '../support/race';

const LOOK_AGAIN = 30 * SECOND;

let server: TestApp;
/** Where the other thing happens. */
let node: TestApp;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ server, node, close } = await startTwoNodes());
  // Waves are run by the tests alone.
  for (const one of [server, node]) await one.get(EmergencySweeper).onModuleDestroy();
}, 60_000);
afterEach(() => jest.restoreAllMocks());
afterAll(() => close());

/** Lets something happen after helpers were searched for, and before what was found is written. */
function betweenSearchAndCommit(happens: () => Promise<unknown>): void {
  const discovery = server.get(Discovery);
  const search = discovery.candidates.bind(discovery);
  jest.spyOn(discovery, 'candidates').mockImplementationOnce(async (request) => {
    const found = await search(request);
    await happens();
    return found;
  });
}

const erase = (actor: TestActor) =>
  actor.on(node).delete('/users/me', { password: actor.password });
const block = (actor: TestActor, other: TestActor) =>
  actor.on(node).put(`/users/me/blocks/${other.id}`);

async function liveOnesOf(actor: TestActor): Promise<number> {
  return server.connection
    .collection('emergencies')
    .countDocuments({ requester: actor.objectId, status: { $in: ['active', 'responding'] } });
}

describe('An account that is erased while it raises an SOS', () => {
  it('raises none once it is erased, though the request came before', async () => {
    const requester = await register(server);
    const location = somewhere();
    betweenSearchAndCommit(async () => must(await erase(requester)));
    expect(outcome(await raise(requester, { location }))).toBe('401 UNAUTHENTICATED');
    expect(await liveOnesOf(requester)).toBe(0);
  });

  it('does no harm to the positions of others that are looked at together with its last one', async () => {
    const [gone, first, second] = [
      await register(server),
      await register(server),
      await register(server),
    ];
    must(await erase(gone));
    const locations = server.get(EmergencyLocationService);
    const fix = { ...somewhere(), accuracyMeters: null };
    // The first goes alone, the others in one question.
    const looks = [first, gone, second].map(({ objectId: id }) => locations.onLocation(id, fix));
    await expect(Promise.all(looks)).resolves.toBeDefined();
  });

  it('is either erased or in need, never both, whoever is first', async () => {
    for (let round = 0; round < 20; round += 1) {
      const requester = await register(server);
      const location = somewhere();
      const [raised, erased] = await together(
        round,
        () => raise(requester, { location }),
        () => erase(requester),
      );
      const both = `${outcome(raised)}, ${outcome(erased)}`;
      if (raised.status === 201) {
        expect(both).toBe('201, 409 CONFLICT');
        await checkInvariants(server, raised.data.id);
        must(await cancel(requester, raised.data.id));
        must(await erase(requester));
      } else {
        expect(raised.status).toBe(401);
        expect(erased.status).toBe(200);
      }
      expect(await liveOnesOf(requester)).toBe(0);
    }
  }, 60_000);
});

describe('An account that is suspended while it raises an SOS', () => {
  const suspend = async (actor: TestActor) =>
    must(
      await (await adminOf(server)).on(node).patch(`/admin/users/${actor.id}`, {
        status: 'suspended',
      }),
    );

  it('raises none once it is suspended, though its request was let in before', async () => {
    const requester = await register(server);
    await suspend(requester);
    const actor = { id: requester.objectId, role: 'user' as const, sessionId: requester.objectId };
    await expect(server.get(SosService).raise(actor, { type: 'medical' })).rejects.toMatchObject({
      code: 'ACCOUNT_SUSPENDED',
    });
    expect(await liveOnesOf(requester)).toBe(0);
  });

  it('has an SOS that lives on when it was quicker: danger does not end with an account', async () => {
    const requester = await register(server);
    betweenSearchAndCommit(() => suspend(requester));
    const { id } = must(await raise(requester, { location: somewhere() })).data;
    expect(await liveOnesOf(requester)).toBe(1);
    const admin = await adminOf(server);
    must(await admin.post(`/emergencies/${id}/resolve`, { outcome: 'other' }));
  });
});

describe('A block between the search for helpers and the alerts', () => {
  it.each(['requester', 'helper'] as const)(
    'of an SOS, by the %s, takes the alert back',
    async (by) => {
      const place = somewhere();
      const requester = await register(server);
      const helper = await verifiedHelper(server, north(place, 100));
      const [blocker, blocked] = by === 'helper' ? [helper, requester] : [requester, helper];
      betweenSearchAndCommit(async () => must(await block(blocker, blocked)));
      const { id } = must(await raise(requester, { location: place })).data;
      await eventually(async () =>
        expect(await alertRow(server, id, helper)).toMatchObject({
          status: 'withdrawn',
          withdrawnBecause: 'blocked',
        }),
      );
      await checkInvariants(server, id);
    },
  );

  it('of a later wave takes the alert back', async () => {
    const place = somewhere();
    const requester = await register(server);
    const { id } = must(await raise(requester, { location: place })).data;
    const helper = await verifiedHelper(server, north(place, 100));
    const dispatcher = server.get(Dispatcher);
    server.clock.advance(LOOK_AGAIN);
    betweenSearchAndCommit(async () => must(await block(requester, helper)));
    expect(await dispatcher.runDue(objectId(server, id))).toBe(true);
    await eventually(async () =>
      expect((await alertRow(server, id, helper))?.withdrawnBecause).toBe('blocked'),
    );
  });

  it('that has ended since takes nothing back', async () => {
    const place = somewhere();
    const requester = await register(server);
    const helper = await verifiedHelper(server, north(place, 100));
    must(await block(requester, helper));
    must(await requester.delete(`/users/me/blocks/${helper.id}`));
    const { id } = must(await raise(requester, { location: place })).data;
    // Past the first of the later looks.
    await delay(500);
    expect(await alertRow(server, id, helper)).toMatchObject({ status: 'queued' });
  });
});
