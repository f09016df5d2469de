import type { AlertDto } from '../../src/modules/emergencies/dto/alert.view.dto';
import type { EmergencyDto } from '../../src/modules/emergencies/dto/emergency.view.dto';
import { must, register, type TestActor, verifiedHelper } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import { closeSockets, TestSocket } from '../support/sockets';
import { accept, newPlace, north, raise, scene, step } from './scene';

describe('Alerts over sockets', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });

  afterEach(closeSockets);

  afterAll(() => server.close());

  const ledger = async (requester: TestActor, id: string): Promise<AlertDto[]> =>
    must(await requester.get<{ items: AlertDto[] }>(`/emergencies/${id}/alerts`)).data.items;

  const statuses = async (requester: TestActor, id: string): Promise<string[]> =>
    (await ledger(requester, id)).map(({ status }) => status);

  it('each alerted helper gets emergency.created with the coarse view, and the acknowledgement marks it delivered', async () => {
    const { place, requester, helpers } = await scene(server);
    const emergency = await raise(requester.actor, place, { description: 'Chest pain' });
    for (const [index, { socket }] of helpers.entries()) {
      const event = await socket.event('emergency.created');
      expect(event).toMatchObject({
        id: expect.stringMatching(/^[0-9a-f]{24}\.1$/),
        kind: 'emergency',
        subjectId: emergency.id,
        seq: null,
        data: {
          id: emergency.id,
          type: 'medical',
          status: 'active',
          requester: null,
          description: null,
          location: { precision: 'coarse', accuracyMeters: null },
          viewer: { role: 'helper' },
        },
      });
      const { location, distanceMeters } = event.data as unknown as EmergencyDto;
      expect(location?.latitude).not.toBe(place.latitude);
      expect((distanceMeters ?? 1) % 100).toBe(0);
      expect(distanceMeters).toBeLessThan(1100 + index * 200);
    }
    await eventually(async () => {
      expect(await statuses(requester.actor, emergency.id)).toEqual(Array(3).fill('delivered'));
    });
    const [row] = await ledger(requester.actor, emergency.id);
    expect(row?.sentAt).not.toBeNull();
    expect(row?.deliveredAt).not.toBeNull();
  });

  it("an alert that no device acknowledges stays sent, while another helper's is delivered", async () => {
    const place = newPlace();
    const requester = await register(server);
    const silent = await verifiedHelper(server, north(place, 200));
    const prompt = await verifiedHelper(server, north(place, 1200));
    const mute = await TestSocket.connect(silent, { acknowledges: false });
    await TestSocket.connect(prompt);
    const { id } = await raise(requester, place);
    await mute.event('emergency.created');
    await eventually(async () => {
      expect(await statuses(requester, id)).toEqual(['sent', 'delivered']);
    });
    expect((await ledger(requester, id))[0]).toMatchObject({
      sentAt: expect.any(String),
      deliveredAt: null,
    });
  });

  it('every device of a helper is alerted, with the same id', async () => {
    const place = newPlace();
    const requester = await register(server);
    const helper = await verifiedHelper(server, north(place, 200));
    const phone = await TestSocket.connect(helper);
    const watch = await TestSocket.connect(await helper.logIn());
    await raise(requester, place);
    const ids = await Promise.all(
      [phone, watch].map(async (device) => (await device.event('emergency.created')).id),
    );
    expect(ids[0]).toBe(ids[1]);
  });

  it('alert.seen marks the alert as seen, for its helper alone', async () => {
    const { place, requester, helpers } = await scene(server);
    const { id } = await raise(requester.actor, place);
    const [ada] = helpers;
    await ada.socket.event('emergency.created');
    expect(await ada.socket.ask('alert.seen', { emergencyId: id })).toEqual({
      success: true,
      data: null,
    });
    await eventually(async () => {
      expect((await statuses(requester.actor, id)).sort()).toEqual([
        'delivered',
        'delivered',
        'seen',
      ]);
    });
    const stranger = await TestSocket.connect(await register(server));
    expect((await stranger.ask('alert.seen', { emergencyId: id })).error?.code).toBe('NOT_FOUND');
  });

  it('the requester hears of their own SOS in full, and of each change of the counts', async () => {
    const { place, requester, helpers } = await scene(server);
    const { id } = await raise(requester.actor, place, { description: 'Chest pain' });
    const own = await requester.socket.event('emergency.created');
    expect(own).toMatchObject({
      subjectId: id,
      seq: 1,
      data: {
        description: 'Chest pain',
        requester: { displayName: 'Mira' },
        location: { ...place, precision: 'exact' },
        viewer: { role: 'requester' },
      },
    });
    await requester.socket.event('alerts.updated', ({ data }) => data.delivered === 3);
    await helpers[0].socket.ask('alert.seen', { emergencyId: id });
    await requester.socket.event(
      'alerts.updated',
      ({ data }) => data.seen === 1 && data.delivered === 2,
    );
    await accept(helpers[1].actor, id);
    must(
      await helpers[2].actor.post(`/emergencies/${id}/responses`, {
        answer: 'decline',
        reason: 'Too far',
      }),
    );
    const last = await requester.socket.event(
      'alerts.updated',
      ({ data }) => data.accepted === 1 && data.declined === 1,
    );
    expect(last).toMatchObject({ subjectId: id, seq: null, kind: 'emergency' });
    expect(helpers.flatMap(({ socket }) => socket.of('alerts.updated'))).toEqual([]);
  });

  it('an alert that was missed is sent on connecting, and again until it is answered, always with the same id', async () => {
    const place = newPlace();
    const requester = await register(server);
    const helper = await verifiedHelper(server, north(place, 200));
    const { id } = await raise(requester, place);
    expect(await statuses(requester, id)).toEqual(['queued']);

    const first = await TestSocket.connect(helper);
    const alert = await first.event('emergency.created');
    expect(alert).toMatchObject({
      subjectId: id,
      seq: null,
      data: { location: { precision: 'coarse' }, requester: null },
    });
    await eventually(async () => expect(await statuses(requester, id)).toEqual(['delivered']));
    first.close();

    const second = await TestSocket.connect(helper);
    expect((await second.event('emergency.created')).id).toBe(alert.id);
    must(await helper.post(`/emergencies/${id}/responses`, { answer: 'decline' }));

    // Connected after the answer: the next alert comes, this one does not.
    second.close();
    const third = await TestSocket.connect(helper);
    const another = await raise(await register(server), place);
    await third.event('emergency.created', ({ subjectId }) => subjectId === another.id);
    expect(third.of('emergency.created').map(({ subjectId }) => subjectId)).toEqual([another.id]);
  });

  it('an SOS without a fix alerts nobody until location.update brings the first one', async () => {
    const place = newPlace();
    const requester = await register(server);
    const socket = await TestSocket.connect(requester);
    const helper = await verifiedHelper(server, north(place, 200));
    const device = await TestSocket.connect(helper);
    const { id, location } = await raise(requester, null);
    expect(location).toBeNull();
    await socket.event('emergency.created');
    expect(device.events).toEqual([]);

    expect((await socket.ask('location.update', place)).success).toBe(true);
    expect((await device.event('emergency.created')).subjectId).toBe(id);
    await socket.event('alerts.updated', ({ data }) => data.delivered === 1);
  });

  it('alert counts also reach the requester when none of the helpers of a new wave is connected', async () => {
    const place = newPlace();
    const requester = await register(server);
    const socket = await TestSocket.connect(requester);
    await verifiedHelper(server, north(place, 200));
    await raise(requester, null);
    await socket.ask('location.update', place);
    await socket.event('alerts.updated', ({ data }) => data.queued === 1);
  });

  it('a helper out of reach of a better fix gets alert.withdrawn, those who are near it are alerted', async () => {
    const { place, requester, helpers } = await scene(server, {
      helper: { helperRadiusMeters: 5000 },
    });
    const farther = north(place, 20_000);
    const other = await verifiedHelper(server, north(farther, 300));
    const otherSocket = await TestSocket.connect(other);
    const { id } = await raise(requester.actor, place);
    for (const { socket } of helpers) await socket.event('emergency.created');
    must(await requester.actor.put(`/emergencies/${id}/location`, farther));
    for (const { socket } of helpers) {
      expect(await socket.event('alert.withdrawn')).toMatchObject({
        subjectId: id,
        seq: null,
        data: { reason: 'out_of_reach' },
      });
    }
    expect((await otherSocket.event('emergency.created')).subjectId).toBe(id);
  });

  it.each(['resolved', 'cancelled', 'expired'])(
    'every alerted helper hears emergency.%s, also one who declined or never answered',
    async (end) => {
      const { place, requester, helpers } = await scene(server);
      const { id } = await raise(requester.actor, place);
      const [responder, decliner, silent] = helpers;
      for (const { socket } of helpers) await socket.event('emergency.created');
      await accept(responder.actor, id);
      must(await decliner.actor.post(`/emergencies/${id}/responses`, { answer: 'decline' }));
      if (end === 'resolved') await requester.actor.post(`/emergencies/${id}/resolve`);
      else if (end === 'cancelled') await requester.actor.post(`/emergencies/${id}/cancel`);
      else {
        await server.connection
          .collection('emergencies')
          .updateOne({ live: true, requester: requester.actor.objectId }, [
            { $set: { expiresAt: '$createdAt' } },
          ]);
      }
      const outcome = end === 'resolved' ? { outcome: 'helped' } : {};
      for (const { socket } of [requester, responder, decliner, silent]) {
        const event = await socket.event(`emergency.${end}`);
        expect(event).toMatchObject({ subjectId: id, seq: 4, data: outcome });
        expect(socket.of(`emergency.${end}`)).toHaveLength(1);
      }
    },
  );

  it('an alert comes again as a new attempt, with another id, when the last responder leaves', async () => {
    const { place, requester, helpers } = await scene(server);
    const [responder, waiting] = helpers;
    const { id } = await raise(requester.actor, place);
    const before = await waiting.socket.event('emergency.created');
    await accept(responder.actor, id);
    await step(responder.actor, id, 'withdrawn');
    const again = await waiting.socket.event(
      'emergency.created',
      (event) => event.id !== before.id,
    );
    expect(again.id).toBe(before.id.replace(/\.1$/, '.2'));
    expect(again.subjectId).toBe(id);
  });
});
