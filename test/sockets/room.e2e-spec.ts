import { Types } from 'mongoose';
import type { Position } from '../../src/modules/emergencies/schemas/position.schema';
import { adminOf, must, register } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { closeSockets, type ReceivedEvent, TestSocket } from '../support/sockets';
import { accept, caughtUp, north, type Person, raise, scene, type Scene, step } from './scene';

/** What only members of a room get. */
const ROOM_EVENTS = [
  'helper.joined',
  'helper.status_changed',
  'helper.left',
  'emergency.status_changed',
  'location.updated',
  'message.created',
];

describe('The room of an emergency', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });

  afterEach(closeSockets);

  afterAll(() => server.close());

  const roomEvents = ({ socket }: Person): ReceivedEvent[] =>
    socket.events.filter(({ name }) => ROOM_EVENTS.includes(name));

  /** Ada has accepted; Ben and Cleo have only been alerted. */
  async function responding(): Promise<Scene & { id: string }> {
    const all = await scene(server);
    const { id } = await raise(all.requester.actor, all.place);
    for (const { socket } of all.helpers) await socket.event('emergency.created');
    await accept(all.helpers[0].actor, id);
    await all.helpers[0].socket.event('emergency.status_changed');
    return { ...all, id };
  }

  it('a helper who accepts is joined on all of their devices, and all members are told who is coming', async () => {
    const { place, requester, helpers } = await scene(server);
    const [{ actor, socket }] = helpers;
    const tablet = await TestSocket.connect(await actor.logIn());
    const { id } = await raise(requester.actor, place);
    await accept(actor, id);
    for (const device of [socket, tablet, requester.socket]) {
      expect(await device.event('helper.joined')).toMatchObject({
        id: expect.stringMatching(/^[0-9a-f]{24}$/),
        kind: 'emergency',
        subjectId: id,
        seq: 2,
        data: {
          helper: { id: actor.id, displayName: 'Ada' },
          status: 'accepted',
          etaSeconds: 240,
          respondedAt: expect.any(String),
          arrivedAt: null,
        },
      });
      expect(await device.event('emergency.status_changed')).toMatchObject({
        seq: 3,
        data: { from: 'active', to: 'responding' },
      });
    }
  });

  it('members get steps, chat and positions; a merely alerted helper gets none of them', async () => {
    const { place, requester, helpers, id } = await responding();
    const [ada, ben, cleo] = helpers;
    await step(ada.actor, id, 'on_way');
    must(await requester.actor.post(`/emergencies/${id}/messages`, { text: 'Second floor' }));
    await ada.socket.ask('location.update', north(place, 50));
    await ben.socket.ask('location.update', north(place, 60));
    await step(ada.actor, id, 'arrived');
    for (const { socket } of [requester, ada]) {
      const arrived = await socket.event(
        'helper.status_changed',
        ({ data }) => data.status === 'arrived',
      );
      expect(arrived).toMatchObject({ seq: 5, data: { arrivedAt: expect.any(String) } });
      const names = socket.events
        .map(({ name }) => name)
        .filter((name) => name !== 'emergency.created' && name !== 'alerts.updated');
      expect(names).toEqual([
        'helper.joined',
        'emergency.status_changed',
        'helper.status_changed',
        'message.created',
        'location.updated',
        'helper.status_changed',
      ]);
      expect(socket.of('location.updated')[0]).toMatchObject({
        seq: null,
        data: { userId: ada.actor.id, role: 'helper', location: north(place, 50) },
      });
    }
    expect([...roomEvents(ben), ...roomEvents(cleo)]).toEqual([]);
  });

  it.each(['withdraws', 'is sent away', 'is blocked', 'blocks'])(
    'a helper who %s gets helper.left as the last thing from the room',
    async (how) => {
      const { requester, helpers, id } = await responding();
      const [ada, ben] = helpers;
      await accept(ben.actor, id);
      await ada.socket.event('helper.joined', ({ seq }) => seq === 4);
      const { actor } = requester;
      if (how === 'withdraws') await step(ada.actor, id, 'withdrawn');
      else if (how === 'is sent away')
        must(await actor.delete(`/emergencies/${id}/responses/${ada.actor.id}`));
      else if (how === 'is blocked') must(await actor.put(`/users/me/blocks/${ada.actor.id}`));
      else must(await ada.actor.put(`/users/me/blocks/${actor.id}`));
      expect(await ada.socket.event('helper.left')).toMatchObject({
        seq: 5,
        data: { helper: { id: ada.actor.id }, status: 'withdrawn' },
      });
      await step(ben.actor, id, 'on_way');
      await ben.socket.ask('location.update', north({ latitude: 1, longitude: 1 }, 1));
      await caughtUp(ben, id, requester.actor);
      expect(roomEvents(ada).at(-1)?.name).toBe('helper.left');
      expect((await ada.socket.ask('emergency.join', { emergencyId: id })).success).toBe(false);
      await caughtUp(ben, id, requester.actor);
      expect(roomEvents(ada).at(-1)?.name).toBe('helper.left');
    },
  );

  it('a suspended helper leaves the room, and their sockets close', async () => {
    const { requester, helpers, id } = await responding();
    const [ada] = helpers;
    const admin = await adminOf(server);
    must(await admin.patch(`/admin/users/${ada.actor.id}`, { status: 'suspended' }));
    await ada.socket.closed();
    expect(await requester.socket.event('helper.left')).toMatchObject({
      subjectId: id,
      data: { helper: { id: ada.actor.id }, reason: 'removed' },
    });
  });

  it('a helper who lost their verification gets helper.left, and is alerted no more', async () => {
    const { helpers, id, requester } = await responding();
    const [ada, ben] = helpers;
    const admin = await adminOf(server);
    must(await admin.patch(`/admin/users/${ada.actor.id}`, { verified: false }));
    expect((await ada.socket.event('helper.left')).data.reason).toBe('removed');
    must(await admin.patch(`/admin/users/${ben.actor.id}`, { verified: false }));
    expect(await ben.socket.event('alert.withdrawn')).toMatchObject({
      subjectId: id,
      data: { reason: 'removed' },
    });
    await requester.socket.event('emergency.status_changed', ({ data }) => data.to === 'active');
  });

  it('a helper who comes back after withdrawing is joined again, and has missed what happened between', async () => {
    const { requester, helpers, id } = await responding();
    const [ada] = helpers;
    await step(ada.actor, id, 'withdrawn');
    await ada.socket.event('helper.left');
    must(await requester.actor.post(`/emergencies/${id}/messages`, { text: 'in between' }));
    await accept(ada.actor, id);
    await ada.socket.event('helper.joined', ({ seq }) => seq === 6);
    await caughtUp(ada, id);
    expect(ada.socket.text()).not.toContain('in between');
  });

  it('the room is empty after the end: nothing more comes, and nobody can join it again', async () => {
    const { requester, helpers, id } = await responding();
    const [ada] = helpers;
    must(await requester.actor.post(`/emergencies/${id}/resolve`));
    await ada.socket.event('emergency.resolved');
    const joined = await ada.socket.ask<{ emergency: { status: string } }>('emergency.join', {
      emergencyId: id,
    });
    expect(joined.data.emergency.status).toBe('resolved');
    // A position that came too late, straight into the collection: the room must be empty for it.
    await server.connection.collection<Position>('positions').insertOne({
      _id: `${id}:${requester.actor.id}:requester`,
      emergency: new Types.ObjectId(id),
      point: { type: 'Point', coordinates: [1, 1] },
      accuracyMeters: null,
      updatedAt: new Date(),
    });
    const { id: next } = await raise(requester.actor, null);
    await requester.socket.event('emergency.created', ({ subjectId }) => subjectId === next);
    for (const { socket } of [requester, ada]) expect(socket.of('location.updated')).toEqual([]);
  });

  it('the numbers of what a member gets have no gap, from the first event to the last', async () => {
    const { requester, helpers, id } = await responding();
    const [ada, ben] = helpers;
    for (const status of ['on_way', 'arrived']) await step(ada.actor, id, status);
    await accept(ben.actor, id);
    await step(ben.actor, id, 'withdrawn');
    await step(ada.actor, id, 'completed');
    must(await requester.actor.post(`/emergencies/${id}/resolve`));
    await requester.socket.event('emergency.resolved');
    const numbers = requester.socket.events
      .filter(({ subjectId, seq }) => subjectId === id && seq !== null)
      .map(({ seq }) => seq);
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('emergency.leave quiets one device and leaves the others in the room', async () => {
    const { requester, helpers, id } = await responding();
    const [ada] = helpers;
    const tablet = await TestSocket.connect(await ada.actor.logIn());
    await tablet.ask('emergency.join', { emergencyId: id });
    expect(await ada.socket.ask('emergency.leave', { emergencyId: id })).toEqual({
      success: true,
      data: null,
    });
    const quiet = roomEvents(ada).length;
    await caughtUp({ actor: ada.actor, socket: tablet }, id, requester.actor);
    expect(roomEvents(ada)).toHaveLength(quiet);
    await ada.socket.ask('emergency.join', { emergencyId: id });
    await caughtUp(ada, id, requester.actor);
  });

  it('what happens in one emergency is not heard in another', async () => {
    const first = await responding();
    const second = await responding();
    await step(first.helpers[0].actor, first.id, 'on_way');
    await caughtUp(first.requester, first.id);
    for (const { socket } of [second.requester, ...second.helpers]) {
      expect(socket.text()).not.toContain(first.id);
    }
    const stranger = await TestSocket.connect(await register(server));
    await step(first.helpers[0].actor, first.id, 'arrived');
    await caughtUp(first.requester, first.id);
    expect(stranger.events).toEqual([]);
  });
});
