import type { Types } from 'mongoose';
import { SECOND } from '../../src/common/time/clock';
import { AlertReceipts } from '../../src/modules/emergencies/alerts/alert-receipts';
import { Dispatcher } from '../../src/modules/emergencies/dispatch/dispatcher';
import { must, register, verifiedHelper } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { crowd } from '../support/crowd';
import {
  accept,
  alertRow,
  decline,
  go,
  ledger,
  locate,
  north,
  objectId,
  passTime,
  pending,
  raise,
  scene,
  see,
  somewhere,
  step,
  sweep,
} from '../support/emergencies';
import { eventually } from '../support/eventually';
import { checkInvariants, recordOf } from '../support/invariants';

let server: TestApp;

beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.close());

const LEASE = 10 * SECOND;
const LOOK_AGAIN = 30 * SECOND;

function claimable(id: string): Promise<{ emergency: { _id: Types.ObjectId } } | null> {
  return server.get(Dispatcher).claim(objectId(server, id));
}

async function makeDue(id: string): Promise<void> {
  await server.connection
    .collection('emergencies')
    .updateOne({ _id: objectId(server, id) }, { $set: { 'dispatch.nextAt': new Date(0) } });
}

describe('While an emergency is active', () => {
  it('discovery runs every 30 s and finds helpers who came online or near', async () => {
    const { id, place, requester } = await scene(server, 0);
    const near = await verifiedHelper(server, north(place, 200));
    await passTime(server, LOOK_AGAIN - 5 * SECOND);
    expect(await pending(near)).toEqual([]);
    await passTime(server, 5 * SECOND);
    expect(await pending(near)).toEqual([id]);
    const later = await verifiedHelper(server, north(place, 300), { available: false });
    await passTime(server, LOOK_AGAIN);
    expect(await pending(later)).toEqual([]);
    must(await later.patch('/users/me/helper', { available: true }));
    await passTime(server, LOOK_AGAIN, requester);
    expect(await pending(later)).toEqual([id]);
    expect((await see(requester, id)).data.alertCounts?.queued).toBe(2);
    expect((await checkInvariants(server, id)).waves.map(({ data }) => data.wave)).toEqual([1, 2]);
  });

  it('nobody is alerted twice by it, and who declined is left in peace', async () => {
    const { id, helpers } = await scene(server, 2);
    must(await decline(helpers[0], id));
    for (let round = 0; round < 3; round += 1) await passTime(server, LOOK_AGAIN);
    for (const helper of helpers) {
      expect(await alertRow(server, id, helper)).toMatchObject({ attempt: 1, wave: 1 });
    }
    expect((await checkInvariants(server, id)).waves).toHaveLength(1);
  });

  it('the places of those who declined are filled, also when the nearest 150 have all been asked', async () => {
    const place = somewhere();
    await crowd(
      server,
      Array.from({ length: 210 }, (_, index) => ({ place: north(place, 100 + 5 * index) })),
    );
    const requester = await register(server);
    const { id } = must(await raise(requester, { location: place })).data;
    const declineAll = () =>
      server.connection
        .collection('alerts')
        .updateMany(
          { emergency: objectId(server, id), status: 'queued' },
          { $set: { status: 'declined' } },
        );
    const asked: number[] = [];
    for (let wave = 0; wave < 6; wave += 1) {
      asked.push((await recordOf(server, id)).alerts.length);
      await declineAll();
      await passTime(server, LOOK_AGAIN);
    }
    expect(asked).toEqual([50, 100, 150, 200, 210, 210]);
  });

  it('a place that jumps again and again alerts no more than 200 at once, and goes on with the clock', async () => {
    const places = Array.from({ length: 6 }, somewhere);
    for (const place of places) {
      await crowd(
        server,
        Array.from({ length: 50 }, (_, index) => ({ place: north(place, 100 + 5 * index) })),
      );
    }
    const requester = await register(server);
    // However long it takes.
    const still = jest.spyOn(server.clock, 'now').mockReturnValue(server.clock.now());
    const { id } = must(await raise(requester, { location: places[0] })).data;
    const alerted = async () => (await recordOf(server, id)).alerts.length;
    for (const [jumps, place] of places.entries()) {
      must(await locate(requester, id, place));
      await eventually(async () => {
        const { emergency } = await recordOf(server, id);
        expect(emergency.dispatch.origin?.coordinates[1]).toBe(place.latitude);
      });
      if (jumps < 4) expect(await alerted()).toBe(50 * (jumps + 1));
    }
    expect(await alerted()).toBe(200);
    still.mockRestore();
    await passTime(server, LOOK_AGAIN);
    expect(await alerted()).toBe(250);
  });

  it('nobody is looked for while somebody is coming', async () => {
    const { id, place, helpers } = await scene(server, 1);
    must(await accept(helpers[0], id));
    const near = await verifiedHelper(server, north(place, 200));
    await passTime(server, 2 * LOOK_AGAIN, near);
    expect(await pending(near)).toEqual([]);
    expect((await recordOf(server, id)).emergency.dispatch.nextAt).toBeNull();
  });
});

describe('The lease of a wave', () => {
  it('is taken by one node of many that ask at once', async () => {
    const { id } = await scene(server, 0);
    let winners = 0;
    // The sweeper's timer may be quicker than all of these: then nobody here wins, and they try again.
    for (let round = 0; round < 20 && winners === 0; round += 1) {
      await makeDue(id);
      const claims = await Promise.all(Array.from({ length: 8 }, () => claimable(id)));
      winners = claims.filter((claim) => claim !== null).length;
    }
    expect(winners).toBe(1);
    expect(await claimable(id)).toBeNull();
  });

  it('of a node that died runs out, and another node finishes the wave', async () => {
    const { id, place } = await scene(server, 0);
    const near = await verifiedHelper(server, north(place, 200));
    await makeDue(id);
    await claimable(id);
    // Whichever node claimed, this one does nothing more: the lease alone stands in the way.
    await server.connection.collection('emergencies').updateOne(
      { _id: objectId(server, id) },
      {
        $set: {
          'dispatch.nextAt': new Date(0),
          'dispatch.lease': {
            token: 'dead',
            until: new Date(server.clock.now().getTime() + LEASE),
          },
        },
      },
    );
    await sweep(server);
    expect(await pending(near)).toEqual([]);
    await passTime(server, LEASE);
    await eventually(async () => expect(await pending(near)).toEqual([id]));
    await checkInvariants(server, id);
  });

  it('protects from a node that was paused: what it wakes up with writes nothing', async () => {
    const { id, place } = await scene(server, 0);
    const near = await verifiedHelper(server, north(place, 200));
    const dispatcher = server.get(Dispatcher);
    const paused = await claimed(dispatcher, id);
    // Another node takes over after the lease, and commits.
    await passTime(server, LEASE + SECOND);
    await eventually(async () => expect(await pending(near)).toEqual([id]));
    const before = await checkInvariants(server, id);
    await dispatcher.runWave(paused.emergency, paused.token);
    const after = await checkInvariants(server, id);
    expect(after.waves).toHaveLength(before.waves.length);
    expect(after.alerts).toEqual(before.alerts);
    expect(after.emergency.dispatch).toEqual(before.emergency.dispatch);
  });

  it('is of no use once a helper has accepted: the wave that was begun alerts nobody', async () => {
    const { id, place, helpers } = await scene(server, 1);
    await verifiedHelper(server, north(place, 200));
    const dispatcher = server.get(Dispatcher);
    const begun = await claimed(dispatcher, id);
    must(await accept(helpers[0], id));
    await dispatcher.runWave(begun.emergency, begun.token);
    const { alerts, waves } = await checkInvariants(server, id);
    expect([alerts.length, waves.length]).toEqual([1, 1]);
  });

  it('is of no use once the place has moved: the wave that was begun does not undo the search at the new place', async () => {
    const { id, place, requester } = await scene(server, 0);
    const dispatcher = server.get(Dispatcher);
    const begun = await claimed(dispatcher, id);
    const there = north(place, 2000);
    must(await requester.put(`/emergencies/${id}/location`, there));
    await dispatcher.runWave(begun.emergency, begun.token);
    await eventually(async () => {
      const { dispatch } = (await recordOf(server, id)).emergency;
      expect(dispatch.origin?.coordinates[1]).toBe(there.latitude);
      expect(dispatch.lease).toBeNull();
    });
  });

  /** This test as the node that claims; the sweeper of the server may be quicker, then once more. */
  async function claimed(dispatcher: Dispatcher, id: string) {
    return eventually(async () => {
      await makeDue(id);
      const claim = await dispatcher.claim(objectId(server, id));
      if (!claim) throw new Error('The sweeper was quicker.');
      return claim;
    });
  }
});

describe('The ledger is monotone', () => {
  it('a receipt that comes late overwrites nothing', async () => {
    const receipts = server.get(AlertReceipts);
    const { id, helpers } = await scene(server, 1);
    const helper = helpers[0];
    const row = await alertRow(server, id, helper);
    const alert = row?._id as Types.ObjectId;
    const status = async () => (await alertRow(server, id, helper))?.status as string;
    receipts.delivered(alert, 1, server.clock.now());
    await receipts.flush();
    expect(await status()).toBe('delivered');
    receipts.sent(alert, 1);
    await receipts.flush();
    expect(await status()).toBe('delivered');
    expect(await receipts.seen(objectId(server, id), helper.objectId)).toBe(true);
    receipts.delivered(alert, 1, server.clock.now());
    await receipts.flush();
    expect(await status()).toBe('seen');
    must(await accept(helper, id));
    receipts.delivered(alert, 1, server.clock.now());
    await receipts.seen(objectId(server, id), helper.objectId);
    expect(await status()).toBe('accepted');
    must(await step(helper, id, 'withdrawn'));
    receipts.delivered(alert, 1, server.clock.now());
    await receipts.flush();
    expect(await status()).toBe('withdrawn');
  });

  it('a receipt of an earlier attempt does not count for a later one', async () => {
    const receipts = server.get(AlertReceipts);
    const { id, helpers } = await scene(server, 2);
    const [goes, waits] = helpers;
    const alert = (await alertRow(server, id, waits))?._id as Types.ObjectId;
    await go(goes, id, 'withdrawn');
    await eventually(async () =>
      expect(await alertRow(server, id, waits)).toMatchObject({ attempt: 2 }),
    );
    receipts.delivered(alert, 1, server.clock.now());
    await receipts.flush();
    expect(await alertRow(server, id, waits)).toMatchObject({
      status: 'queued',
      deliveredAt: null,
    });
    receipts.delivered(alert, 2, server.clock.now());
    await receipts.flush();
    expect(await alertRow(server, id, waits)).toMatchObject({ status: 'delivered' });
  });

  it('an emergency that has ended keeps its ledger as it was closed', async () => {
    const receipts = server.get(AlertReceipts);
    const { id, helpers, requester } = await scene(server, 1);
    const alert = (await alertRow(server, id, helpers[0]))?._id as Types.ObjectId;
    must(await requester.post(`/emergencies/${id}/cancel`, {}));
    receipts.delivered(alert, 1, server.clock.now());
    await receipts.flush();
    expect(must(await ledger(requester, id)).data.counts).toMatchObject({
      expired: 1,
      delivered: 0,
    });
  });
});
