import { setTimeout as delay } from 'node:timers/promises';
import { EmergencyQueries } from '../../src/modules/emergencies/emergency.queries';
import { EventLog } from '../../src/modules/events/event-log';
import type { TimelineEventDto } from '../../src/modules/emergencies/dto/timeline-event.dto';
import { must, register, staff } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import { closeSockets, TestSocket } from '../support/sockets';
import { accept, raise, scene, type Scene, step } from './scene';

interface CatchUp {
  events: TimelineEventDto[];
  seq: number;
}

describe('Joining and catching up', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });

  afterEach(closeSockets);

  afterAll(() => server.close());

  async function responding(): Promise<Scene & { id: string }> {
    const all = await scene(server);
    const { id } = await raise(all.requester.actor, all.place);
    await all.helpers[0].socket.event('emergency.created');
    await accept(all.helpers[0].actor, id);
    await all.helpers[0].socket.event('emergency.status_changed');
    return { ...all, id };
  }

  it('a client that was away is joined again on connecting, and gets what it missed in order', async () => {
    const { requester, helpers, id } = await responding();
    const [ada] = helpers;
    const known = requester.socket.events.filter(({ seq }) => seq !== null).length;
    requester.socket.close();
    for (const status of ['on_way', 'arrived']) await step(ada.actor, id, status);

    const back = await TestSocket.connect(requester.actor);
    const { data } = await back.ask<CatchUp>('emergency.sync', {
      emergencyId: id,
      afterSeq: known,
    });
    expect(data.events.map(({ seq, type }) => [seq, type])).toEqual([
      [4, 'helper.status_changed'],
      [5, 'helper.status_changed'],
    ]);
    expect(data.seq).toBe(5);
    // Without asking to join.
    await step(ada.actor, id, 'completed');
    expect((await back.event('helper.status_changed')).seq).toBe(6);
  });

  it('an event is the same over the socket, by sync and by the timeline, so duplicates are known by their id', async () => {
    const { requester, id } = await responding();
    const live = requester.socket.events.filter(({ name }) => name.startsWith('helper.'));
    const synced = await requester.socket.ask<CatchUp>('emergency.sync', {
      emergencyId: id,
      afterSeq: 0,
    });
    const { data: page } = must(
      await requester.actor.get<{ items: TimelineEventDto[] }>(`/emergencies/${id}/events`),
    );
    expect(page.items).toEqual(synced.data.events);
    for (const { name, ...event } of live) {
      expect(synced.data.events.find(({ seq }) => seq === event.seq)).toMatchObject({
        ...event,
        type: name,
      });
    }
  });

  it('emergency.join answers with the emergency as it is and the timeline after afterSeq', async () => {
    const { requester, helpers, id } = await responding();
    const joined = await helpers[0].socket.ask('emergency.join', { emergencyId: id, afterSeq: 2 });
    expect(joined.data).toMatchObject({
      emergency: {
        id,
        status: 'responding',
        requester: { displayName: 'Mira' },
        location: { precision: 'exact' },
        viewer: { role: 'helper', responseStatus: 'accepted' },
      },
      events: [{ seq: 3, type: 'emergency.status_changed' }],
    });
    const all = await requester.socket.ask<CatchUp>('emergency.join', { emergencyId: id });
    expect(all.data.events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('joining while events are being written loses none of them: those of the answer and those after it are all', async () => {
    const { requester, helpers, id } = await responding();
    const [ada, ben, cleo] = helpers;
    const writing = (async () => {
      for (const status of ['on_way', 'arrived', 'completed']) await step(ada.actor, id, status);
      await accept(ben.actor, id);
      await accept(cleo.actor, id);
    })();
    const device = await TestSocket.connect(requester.actor);
    const { data } = await device.ask<CatchUp>('emergency.join', { emergencyId: id });
    await writing;
    await eventually(() => {
      const numbers = [...data.events, ...device.events].map(({ seq }) => seq);
      expect(numbers).toEqual(expect.arrayContaining([1, 2, 3, 4, 5, 6, 7, 8]));
    });
  });

  it.each(['withdrew', 'was sent away'])(
    'a helper who %s catches up to that point and no further',
    async (how) => {
      const { requester, helpers, id } = await responding();
      const [ada, ben] = helpers;
      await accept(ben.actor, id);
      if (how === 'withdrew') await step(ada.actor, id, 'withdrawn');
      else must(await requester.actor.delete(`/emergencies/${id}/responses/${ada.actor.id}`));
      await step(ben.actor, id, 'on_way');
      const { data } = await ada.socket.ask<CatchUp>('emergency.sync', {
        emergencyId: id,
        afterSeq: 3,
      });
      expect(data.events.map(({ seq, type }) => [seq, type])).toEqual([
        [4, 'helper.joined'],
        [5, 'helper.left'],
      ]);
      expect(data.seq).toBe(5);
    },
  );

  it('catching up right after connecting leaves no gap before the room is joined', async () => {
    const { requester, helpers, id } = await responding();
    const [ada] = helpers;
    requester.socket.close();
    const queries = server.get(EmergencyQueries);
    const rooms = queries.liveEmergenciesOf.bind(queries);
    let join = (): void => undefined;
    const held = new Promise<void>((resolve) => (join = resolve));
    // A slow database: the client is connected, but not in its rooms yet.
    jest.spyOn(queries, 'liveEmergenciesOf').mockImplementationOnce(async (actor) => {
      await held;
      return rooms(actor);
    });
    const back = await TestSocket.connect(requester.actor);
    const caughtUp = back.ask<CatchUp>('emergency.sync', { emergencyId: id, afterSeq: 3 });
    await Promise.race([caughtUp, delay(300)]);
    await step(ada.actor, id, 'on_way');
    await ada.socket.event('helper.status_changed');
    join();

    const { data } = await caughtUp;
    await eventually(() => {
      const seen = [...data.events, ...back.events].map(({ seq }) => seq);
      expect(seen).toContain(4);
    });
  });

  it('whoever leaves while they catch up gets nothing of what comes after', async () => {
    const { helpers, id } = await responding();
    const [ada] = helpers;
    const log = server.get(EventLog);
    const read = log.timeline.bind(log);
    // Between the look at who asks and the look at what there is.
    jest.spyOn(log, 'timeline').mockImplementationOnce(async (...wanted) => {
      await step(ada.actor, id, 'withdrawn');
      return read(...wanted);
    });
    const { data } = await ada.socket.ask<CatchUp>('emergency.sync', {
      emergencyId: id,
      afterSeq: 0,
    });
    // 4 is their leaving; 5 is what became of the emergency without them.
    expect(data.events.map(({ seq }) => seq)).not.toContain(5);
  });

  it('a stranger gets NOT_FOUND for join and sync, the same as for what does not exist', async () => {
    const { id } = await responding();
    const stranger = await TestSocket.connect(await register(server));
    for (const message of ['emergency.join', 'emergency.sync']) {
      const real = await stranger.ask(message, { emergencyId: id, afterSeq: 0 });
      const missing = await stranger.ask(message, {
        emergencyId: 'f'.repeat(24),
        afterSeq: 0,
      });
      expect(real.error?.code).toBe('NOT_FOUND');
      expect(real).toEqual(missing);
    }
  });

  it('a helper who was alerted and has not accepted gets FORBIDDEN for join and sync', async () => {
    const { helpers, id } = await responding();
    for (const message of ['emergency.join', 'emergency.sync']) {
      const answer = await helpers[1].socket.ask(message, { emergencyId: id, afterSeq: 0 });
      expect(answer).toMatchObject({ success: false, error: { code: 'FORBIDDEN' } });
    }
    expect(helpers[1].socket.of('helper.status_changed')).toEqual([]);
  });

  it('a moderator may read a timeline but not sit in the room', async () => {
    const { id } = await responding();
    const moderator = await TestSocket.connect(await staff(server, 'moderator'));
    const synced = await moderator.ask<CatchUp>('emergency.sync', { emergencyId: id, afterSeq: 0 });
    expect(synced.data.events).toHaveLength(3);
    const joined = await moderator.ask('emergency.join', { emergencyId: id });
    expect(joined.error?.code).toBe('FORBIDDEN');
  });

  it('what a role opened is closed when the role is taken away, on sockets that stay open: at once, and for good', async () => {
    const { id } = await responding();
    const moderator = await staff(server, 'moderator');
    const [busy, idle] = [
      await TestSocket.connect(moderator),
      await TestSocket.connect(await moderator.logIn()),
    ];
    const sync = (socket: TestSocket) =>
      socket.ask('emergency.sync', { emergencyId: id, afterSeq: 0 });
    expect((await sync(busy)).success).toBe(true);
    const admin = await staff(server, 'admin');
    must(await admin.patch(`/admin/users/${moderator.id}`, { role: 'user' }));
    expect((await sync(busy)).error?.code).toBe('NOT_FOUND');
    // Long after the node has dropped the change from its memory, which it does with a later one.
    server.clock.advance(60 * 60_000);
    must(await (await register(server)).post('/auth/logout'));
    expect((await sync(idle)).error?.code).toBe('NOT_FOUND');
    expect([busy.socket.connected, idle.socket.connected]).toEqual([true, true]);
  });
});
