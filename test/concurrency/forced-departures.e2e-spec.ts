import { adminOf, must, register, type TestActor, verifiedHelper } from '../support/actors';
import type { TestApp } from '../support/app';
import {
  accept,
  cancel,
  helpersAt,
  north,
  outcome,
  raise,
  somewhere,
} from '../support/emergencies';
import { checkInvariants, isFree } from '../support/invariants';
import { startTwoNodes, together } from '../support/race';

const ROUNDS = 20;

let server: TestApp;
/** What forces the helper out happens here. */
let node: TestApp;
let close: () => Promise<void>;
const place = somewhere();
let helper: TestActor;
let requester: TestActor;

beforeAll(async () => {
  ({ server, node, close } = await startTwoNodes());
  [helper] = await helpersAt(server, place, 1);
  requester = await register(server);
}, 60_000);
afterAll(() => close());

describe('Accepting at the instant of', () => {
  it.each(['requester', 'helper'])(
    'a block by the %s: no responder in the end, no engagement',
    async (by) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const person = await register(server);
        const { id } = must(await raise(person, { location: place })).data;
        const [blocker, blocked] = by === 'helper' ? [helper, person] : [person, helper];
        const [accepted, block] = await together(
          round,
          () => accept(helper, id),
          () => blocker.on(node).put(`/users/me/blocks/${blocked.id}`),
        );
        expect(block.status).toBeLessThan(300);
        expect(['200', '404 NOT_FOUND']).toContain(outcome(accepted));
        const { emergency } = await checkInvariants(server, id);
        expect([emergency.status, await isFree(server, helper.objectId)]).toEqual(['active', true]);
        must(await cancel(person, id));
        must(await blocker.delete(`/users/me/blocks/${blocked.id}`));
      }
    },
  );

  it('a suspension: no responder in the end, no engagement', async () => {
    const admin = (await adminOf(server)).on(node);
    const suspended = await verifiedHelper(server, north(place, 50));
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id } = must(await raise(requester, { location: place })).data;
      const [accepted, suspension] = await together(
        round,
        () => accept(suspended, id),
        () => admin.patch(`/admin/users/${suspended.id}`, { status: 'suspended' }),
      );
      expect(suspension.status).toBe(200);
      expect([200, 403, 404]).toContain(accepted.status);
      const { emergency } = await checkInvariants(server, id);
      expect([emergency.status, await isFree(server, suspended.objectId)]).toEqual([
        'active',
        true,
      ]);
      must(await cancel(requester, id));
      must(await admin.patch(`/admin/users/${suspended.id}`, { status: 'active' }));
    }
  });

  it('an erasure: no responder in the end, no engagement', async () => {
    for (let round = 0; round < 8; round += 1) {
      const leaving = await verifiedHelper(server, north(place, 50));
      const { id } = must(await raise(requester, { location: place })).data;
      const [, erased] = await together(
        round,
        () => accept(leaving, id),
        () => leaving.on(node).delete('/users/me', { password: leaving.password }),
      );
      expect(erased.status).toBe(200);
      const { emergency } = await checkInvariants(server, id);
      expect([emergency.status, await isFree(server, leaving.objectId)]).toEqual(['active', true]);
      must(await cancel(requester, id));
    }
  });
});
