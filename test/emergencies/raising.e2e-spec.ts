import { HOUR, MINUTE } from '../../src/common/time/clock';
import { register, must, type TestActor, verifiedHelper } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import {
  alertRow,
  helpersAt,
  locate,
  north,
  outcome,
  passTime,
  pending,
  raise,
  scene,
  see,
  somewhere,
} from '../support/emergencies';
import { checkInvariants, recordOf } from '../support/invariants';

describe('Raising an SOS', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });
  afterAll(() => server.close());

  const waves = async (id: string): Promise<number> => (await recordOf(server, id)).waves.length;
  const until = async (condition: () => Promise<boolean>): Promise<void> => {
    const deadline = Date.now() + 5000;
    while (!(await condition())) {
      if (Date.now() > deadline) throw new Error('It did not come to pass within five seconds.');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  describe('with a fix of the device', () => {
    it('uses that fix, and alerts helpers in the same transaction', async () => {
      const { id, requester, helpers, place } = await scene(server, 2, { radiusMeters: 2000 });
      expect((await see(requester, id)).data).toMatchObject({
        location: { ...place, precision: 'exact', source: 'device' },
        radiusMeters: 2000,
        alertCounts: { queued: 2 },
      });
      for (const helper of helpers) expect(await pending(helper)).toEqual([id]);
      expect((await checkInvariants(server, id)).waves).toHaveLength(1);
    });

    it('takes the radius from the profile when none is given', async () => {
      const requester = await register(server);
      must(await requester.patch('/users/me', { emergencyRadiusMeters: 1234 }));
      expect(must(await raise(requester, { location: somewhere() })).data.radiusMeters).toBe(1234);
    });

    it('takes one tap: the type alone is enough', async () => {
      const answer = await (await register(server)).post('/emergencies', { type: 'other' });
      expect(answer.status).toBe(201);
      expect(answer.data).toMatchObject({ anonymous: false, silent: false, description: null });
    });
  });

  describe('without a fix', () => {
    let requester: TestActor;
    beforeEach(async () => {
      requester = await register(server);
    });

    it('uses the last known place when it is under 24 h old', async () => {
      const place = somewhere();
      must(await requester.put('/users/me/location', { ...place, accuracyMeters: 30 }));
      const [helper] = await helpersAt(server, place, 1);
      await passTime(server, 23 * HOUR, requester, helper);
      const { data } = must(await raise(requester));
      expect(data.location).toMatchObject({ ...place, accuracyMeters: 30, source: 'last_known' });
      expect(await pending(helper)).toEqual([data.id]);
    });

    it('is recorded without a place when the last known one is older, and waits', async () => {
      must(await requester.put('/users/me/location', somewhere()));
      await passTime(server, 24 * HOUR + MINUTE, requester);
      const { data } = must(await raise(requester));
      expect(data).toMatchObject({ status: 'active', location: null });
      expect((await recordOf(server, data.id)).emergency.dispatch.nextAt).toBeNull();
    });

    it('is recorded all the same, and the first fix alerts helpers at once', async () => {
      const place = somewhere();
      const helper = await verifiedHelper(server, north(place, 300));
      const { id } = must(await raise(requester)).data;
      expect(await pending(helper)).toEqual([]);
      // The position of the phone is as good as a fix of the emergency.
      must(await requester.put('/users/me/location', place));
      await until(async () => (await pending(helper)).length === 1);
      expect((await see(requester, id)).data.location).toMatchObject({
        ...place,
        source: 'device',
      });
      await checkInvariants(server, id);
    });
  });

  describe('with a better fix later', () => {
    it('over 500 m away, discovery starts again at once and alerts out of reach are withdrawn', async () => {
      const { id, place, requester, helpers } = await scene(server, 2, { radiusMeters: 1000 });
      const [near, far] = helpers;
      const fixed = north(place, 3000);
      const newcomer = await verifiedHelper(server, north(fixed, 200));
      must(await near.put('/users/me/location', north(fixed, 100)));
      must(await locate(requester, id, fixed));
      await until(async () => (await pending(newcomer)).length === 1);
      expect(await alertRow(server, id, far)).toMatchObject({
        status: 'withdrawn',
        withdrawnBecause: 'out_of_reach',
      });
      expect(await pending(near)).toEqual([id]);
      expect(outcome(await see(far, id))).toBe('404 NOT_FOUND');
      await checkInvariants(server, id);
    });

    it('finds helpers at the new place even when fifty had not answered at the old one', async () => {
      const place = somewhere();
      const crowd = await server.connection.collection('users').insertMany(
        Array.from({ length: 50 }, (_, index) => ({
          ...nearbyHelper(north(place, 10 * index)),
          displayName: `Crowd ${index}`,
        })),
      );
      expect(crowd.insertedCount).toBe(50);
      const requester = await register(server);
      const { id } = must(await raise(requester, { location: place, radiusMeters: 1000 })).data;
      expect((await see(requester, id)).data.alertCounts?.queued).toBe(50);
      const fixed = north(place, 9000);
      const newcomer = await verifiedHelper(server, north(fixed, 200));
      must(await locate(requester, id, fixed));
      await until(async () => (await pending(newcomer)).length === 1);
      expect((await see(requester, id)).data.alertCounts).toMatchObject({
        queued: 1,
        withdrawn: 50,
      });
    });

    it('up to 500 m away, nobody is looked for anew', async () => {
      const { id, place, requester } = await scene(server, 1);
      const before = (await recordOf(server, id)).emergency.dispatch;
      must(await locate(requester, id, north(place, 499)));
      const after = await recordOf(server, id);
      // But for the wave to members, which may have been run since.
      const { members } = after.emergency.dispatch;
      expect(after.emergency.dispatch).toEqual({ ...before, members });
      expect(after.emergency.location?.point.coordinates[1]).toBe(north(place, 499).latitude);
      expect(await waves(id)).toBe(1);
    });

    it('is measured from the place that was searched around, so small moves add up', async () => {
      const { id, place, requester } = await scene(server, 0);
      for (const meters of [300, 490]) must(await locate(requester, id, north(place, meters)));
      const newcomer = await verifiedHelper(server, north(place, 600));
      must(await locate(requester, id, north(place, 700)));
      await until(async () => (await pending(newcomer)).length === 1);
    });
  });

  it('silent is a flag that helpers see', async () => {
    const { id, helpers } = await scene(server, 1, { silent: true });
    expect((await see(helpers[0], id)).data.silent).toBe(true);
  });

  describe('with an expired access token', () => {
    it('works while its session lives, for raising alone', async () => {
      const requester = await register(server);
      server.clock.advance(16 * MINUTE);
      expect(outcome(await requester.get('/emergencies/active'))).toBe('401 TOKEN_EXPIRED');
      const raised = await raise(requester, { location: somewhere() });
      expect(raised.status).toBe(201);
      expect(outcome(await see(requester, raised.data.id))).toBe('401 TOKEN_EXPIRED');
      for (const act of ['resolve', 'cancel']) {
        const answer = await requester.post(`/emergencies/${raised.data.id}/${act}`, {});
        expect(outcome(answer)).toBe('401 TOKEN_EXPIRED');
      }
    });

    it('does not work once its session was revoked', async () => {
      const requester = await register(server);
      must(await requester.post('/auth/logout'));
      expect(outcome(await raise(requester))).toBe('401 UNAUTHENTICATED');
      server.clock.advance(16 * MINUTE);
      expect(outcome(await raise(requester))).toBe('401 UNAUTHENTICATED');
    });
  });

  function nearbyHelper(place: { latitude: number; longitude: number }) {
    return {
      helper: true,
      verified: true,
      available: true,
      status: 'active',
      role: 'user',
      trustScore: 500,
      helperRadiusMeters: 5000,
      blockedUsers: [],
      location: { type: 'Point', coordinates: [place.longitude, place.latitude] },
      locationUpdatedAt: server.clock.now(),
    };
  }
});
