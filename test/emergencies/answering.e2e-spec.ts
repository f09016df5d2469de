import { must, register, staff, verifiedHelper } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import {
  accept,
  alertRow,
  cancel,
  decline,
  go,
  ledger,
  north,
  outcome,
  pending,
  raise,
  resolve,
  scene,
  see,
  sendAway,
  somewhere,
  step,
} from '../support/emergencies';
import { checkInvariants, isFree } from '../support/invariants';

describe('Answering an alert', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });
  afterAll(() => server.close());

  it('who declined may accept while it lives', async () => {
    const { id, helpers } = await scene(server, 1);
    const helper = helpers[0];
    must(await decline(helper, id));
    expect(await pending(helper)).toEqual([]);
    expect((await accept(helper, id)).data.status).toBe('responding');
    await checkInvariants(server, id);
  });

  it('who withdrew may accept again, in the same row, and takes the place of the earlier response', async () => {
    const { id, helpers } = await scene(server, 1);
    const helper = helpers[0];
    await go(helper, id, 'withdrawn');
    const row = await alertRow(server, id, helper);
    expect((await accept(helper, id)).data).toMatchObject({
      status: 'responding',
      responses: [{ status: 'accepted' }],
    });
    expect((await alertRow(server, id, helper))?._id).toEqual(row?._id);
    await checkInvariants(server, id);
  });

  it('who completed is done: they cannot accept again', async () => {
    const { id, helpers } = await scene(server, 1);
    await go(helpers[0], id, 'completed');
    expect(outcome(await accept(helpers[0], id))).toBe('409 ALREADY_RESPONDED');
  });

  it('who is on the way elsewhere gets 409 CONFLICT, and is not alerted to others', async () => {
    const place = somewhere();
    const helper = await verifiedHelper(server, north(place, 100));
    const [one, two, three] = await Promise.all([1, 2, 3].map(() => register(server)));
    const first = must(await raise(one, { location: place })).data.id;
    const second = must(await raise(two, { location: place })).data.id;
    must(await accept(helper, first));
    expect(outcome(await accept(helper, second))).toBe('409 CONFLICT');
    const third = must(await raise(three, { location: place })).data;
    expect(third.alertCounts?.queued).toBe(0);
    // Free again once done there.
    for (const status of ['on_way', 'arrived', 'completed'])
      must(await step(helper, first, status));
    expect((await accept(helper, second)).status).toBe(200);
    for (const id of [first, second]) await checkInvariants(server, id);
  });

  it('who has a live SOS is not alerted, and cannot accept what they were alerted to before', async () => {
    const place = somewhere();
    const helper = await verifiedHelper(server, north(place, 100));
    const [one, two] = await Promise.all([register(server), register(server)]);
    const { id } = must(await raise(one, { location: place })).data;
    const own = must(await raise(helper, { location: place })).data.id;
    expect(must(await raise(two, { location: place })).data.alertCounts?.queued).toBe(0);
    expect(outcome(await accept(helper, id))).toBe('409 CONFLICT');
    expect(await isFree(server, helper.objectId)).toBe(true);
    must(await cancel(helper, own));
    expect((await accept(helper, id)).status).toBe(200);
    await checkInvariants(server, id);
  });

  it('who is no longer a helper gets 403', async () => {
    const { id, helpers } = await scene(server, 1);
    const helper = helpers[0];
    must(await helper.patch('/users/me/helper', { helper: false }));
    expect(outcome(await accept(helper, id))).toBe('403 FORBIDDEN');
    await checkInvariants(server, id);
  });

  it('who was not alerted gets 404', async () => {
    const { id } = await scene(server, 0);
    const helper = await verifiedHelper(server, somewhere());
    expect(outcome(await accept(helper, id))).toBe('404 NOT_FOUND');
    expect(outcome(await decline(helper, id))).toBe('404 NOT_FOUND');
  });

  it('the ledger counts what became of each alert, and names only who accepted', async () => {
    const { id, helpers, requester } = await scene(server, 4);
    const [one, two, three, four] = helpers;
    must(await accept(one, id));
    must(await decline(two, id));
    await go(three, id, 'withdrawn');
    const { data } = must(await ledger(requester, id));
    const none = { queued: 0, sent: 0, delivered: 0, seen: 0, expired: 0 };
    expect(data.counts).toEqual({ ...none, queued: 1, accepted: 1, declined: 1, withdrawn: 1 });
    expect((await see(requester, id)).data.alertCounts).toEqual(data.counts);
    expect(data.items.flatMap(({ helper }) => (helper ? [helper.id] : []))).toEqual([one.id]);
    must(await resolve(requester, id));
    expect((await see(requester, id)).data.alertCounts).toMatchObject({ queued: 0, expired: 1 });
    expect(await pending(four)).toEqual([]);
  });

  describe('by staff who are helpers too', () => {
    it('takes them through a response like anybody, and back to moderator when they withdraw', async () => {
      const place = somewhere();
      const moderator = await staff(server, 'moderator');
      const requester = await register(server);
      must(await moderator.patch('/users/me/helper', { helper: true }));
      must(await moderator.put('/users/me/location', north(place, 100)));
      await server.connection
        .collection('users')
        .updateOne({ _id: moderator.objectId }, { $set: { verified: true } });
      const { id } = must(await raise(requester, { location: place })).data;
      expect(await pending(moderator)).toEqual([id]);
      await go(moderator, id, 'on_way');
      expect((await see(moderator, id)).data.viewer.role).toBe('helper');
      // Still staff: the ledger is theirs to see, and a repeat is a repeat.
      expect((await ledger(moderator, id)).status).toBe(200);
      must(await step(moderator, id, 'withdrawn'));
      expect((await step(moderator, id, 'withdrawn')).status).toBe(200);
      expect((await see(moderator, id)).data.viewer.role).toBe('moderator');
      must(await accept(moderator, id));
      must(await resolve(moderator, id));
      expect((await resolve(moderator, id)).status).toBe(200);
      await checkInvariants(server, id);
    });
  });

  describe('and being sent away', () => {
    it('is for good: 404, no new alert, no way back', async () => {
      const { id, helpers, requester, place } = await scene(server, 1);
      const helper = helpers[0];
      await go(helper, id, 'on_way');
      expect((await sendAway(requester, id, helper)).data.status).toBe('active');
      expect(outcome(await see(helper, id))).toBe('404 NOT_FOUND');
      expect(outcome(await accept(helper, id))).toBe('404 NOT_FOUND');
      must(await requester.put(`/emergencies/${id}/location`, north(place, 700)));
      expect(await pending(helper)).toEqual([]);
      expect(await isFree(server, helper.objectId)).toBe(true);
      await checkInvariants(server, id);
    });

    it('repeated answers 200; of nobody who responded it is 404; of who completed it is 409', async () => {
      const { id, helpers, requester } = await scene(server, 3);
      const [one, two, three] = helpers;
      await go(one, id, 'accepted');
      await go(two, id, 'completed');
      must(await sendAway(requester, id, one));
      expect((await sendAway(requester, id, one)).status).toBe(200);
      expect(outcome(await sendAway(requester, id, three))).toBe('404 NOT_FOUND');
      expect(outcome(await sendAway(requester, id, two))).toBe('409 INVALID_TRANSITION');
      await checkInvariants(server, id);
    });
  });
});
