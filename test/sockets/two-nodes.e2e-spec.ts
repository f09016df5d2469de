import { performance } from 'node:perf_hooks';
import { adminOf, must, register } from '../support/actors';
import type { TestApp } from '../support/app';
import { startTwoNodes } from '../support/race';
import { closeSockets, TestSocket } from '../support/sockets';
import { accept, caughtUp, north, raise, scene, step } from './scene';

const ONCE_A_SECOND = 1000;

describe('Two nodes on one database, without Redis', () => {
  let a: TestApp;
  let b: TestApp;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ server: a, node: b, close } = await startTwoNodes());
  });

  afterEach(closeSockets);

  afterAll(() => close());

  it('listen apart', () => {
    expect(a.url).not.toBe(b.url);
  });

  it('an SOS on one node alerts the helpers of the other, each exactly once, and the rows become delivered', async () => {
    const { place, requester, helpers } = await scene(a, { on: b });
    const { id } = await raise(requester.actor, place);
    for (const { socket } of helpers) await socket.event('emergency.created');
    await requester.socket.event('alerts.updated', ({ data }) => data.delivered === 3);
    await accept(helpers[0].actor, id);
    await caughtUp(helpers[0], id, requester.actor);
    for (const { socket } of [requester, ...helpers]) {
      expect(socket.of('emergency.created')).toHaveLength(1);
    }
  });

  it('room events, chat and positions cross in both directions, each exactly once and in order', async () => {
    const { place, requester, helpers } = await scene(a, { on: b });
    const [ada] = helpers;
    const onBoth = await TestSocket.connect(ada.actor.on(a));
    const { id } = await raise(requester.actor, place);
    await accept(ada.actor, id);
    for (const status of ['on_way', 'arrived', 'completed']) await step(ada.actor, id, status);
    await requester.socket.ask('message.send', { emergencyId: id, text: 'from A', clientId: '1' });
    await ada.socket.ask('message.send', { emergencyId: id, text: 'from B', clientId: '1' });
    await requester.socket.ask('location.update', north(place, 30));
    must(await requester.actor.post(`/emergencies/${id}/resolve`));
    for (const socket of [requester.socket, ada.socket, onBoth]) {
      await socket.event('emergency.resolved');
      const told = socket.events.filter(({ name }) => name !== 'alerts.updated');
      expect(new Set(told.map((event) => event.id)).size).toBe(told.length);
      expect(told.filter(({ seq }) => seq !== null && seq > 1).map(({ seq }) => seq)).toEqual([
        2, 3, 4, 5, 6, 7,
      ]);
      expect(socket.of('message.created').map(({ data }) => data.text)).toEqual([
        'from A',
        'from B',
      ]);
      expect(socket.of('location.updated')).toHaveLength(1);
    }
  });

  it('a helper on the other node who is sent away hears nothing after helper.left', async () => {
    const { place, requester, helpers } = await scene(a, { on: b });
    const [ada, ben] = helpers;
    const { id } = await raise(requester.actor, place);
    await accept(ada.actor, id);
    await accept(ben.actor, id);
    must(await requester.actor.delete(`/emergencies/${id}/responses/${ada.actor.id}`));
    await ada.socket.event('helper.left');
    const heard = ada.socket.events.length;
    await caughtUp(ben, id, requester.actor);
    expect(ada.socket.events).toHaveLength(heard);
  });

  it('a client that changes to the other node is in its room there, and catches up', async () => {
    const { place, requester, helpers } = await scene(a, { on: b });
    const { id } = await raise(requester.actor, place);
    await accept(helpers[0].actor, id);
    requester.socket.close();
    const moved = await TestSocket.connect(requester.actor.on(b));
    const synced = await moved.ask<{ seq: number }>('emergency.sync', {
      emergencyId: id,
      afterSeq: 1,
    });
    expect(synced.data.seq).toBe(3);
    await step(helpers[0].actor, id, 'on_way');
    expect((await moved.event('helper.status_changed')).seq).toBe(4);
  });

  it.each(['logging out', 'suspension', 'a new password'])(
    '%s on one node closes the sockets on the other within a second',
    async (how) => {
      const actor = await register(a);
      const socket = await TestSocket.connect(actor.on(b));
      const admin = await adminOf(a);
      const other = await actor.logIn();
      const start = performance.now();
      if (how === 'logging out') must(await actor.post('/auth/logout'));
      else if (how === 'suspension')
        must(await admin.patch(`/admin/users/${actor.id}`, { status: 'suspended' }));
      else
        must(
          await other.post('/auth/password', {
            currentPassword: actor.password,
            newPassword: 'another horse battery',
          }),
        );
      await socket.closed();
      expect(performance.now() - start).toBeLessThan(ONCE_A_SECOND);
      await expect(TestSocket.connect(actor.on(b))).rejects.toThrow(
        how === 'suspension' ? 'ACCOUNT_SUSPENDED' : 'UNAUTHENTICATED',
      );
    },
  );
});
