import { Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';
import type { Server } from 'socket.io';
import { LiveSockets } from '../../src/modules/sockets/live-sockets';
import { accept, caughtUp, raise, type Scene, scene } from '../sockets/scene';
import { must, register } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import { closeSockets, TestSocket } from '../support/sockets';
import { RedisServer } from './redis-server';

describe('The sockets of two nodes with the Redis Streams adapter', () => {
  let redis: RedisServer;
  let a: TestApp;
  let b: TestApp;

  beforeAll(async () => {
    redis = await RedisServer.start();
    const database = `test_${randomBytes(6).toString('hex')}`;
    const env = { REDIS_URL: redis.url };
    a = await startTestApp({ database, env });
    b = await startTestApp({ database, env });
  });

  afterEach(closeSockets);

  afterAll(async () => {
    await b?.close();
    await a?.connection.dropDatabase();
    await a?.close();
    await redis?.stop();
  });

  const server = (node: TestApp) =>
    Reflect.get(node.get(LiveSockets), 'server') as Server | undefined;

  /** Resolves when each node sees the sockets of both: the adapter is at work. */
  async function connected(sockets: TestSocket[]): Promise<void> {
    const ids = new Set(sockets.map(({ socket }) => socket.id));
    await eventually(async () => {
      for (const node of [a, b]) {
        const seen = await server(node)?.timeout(1000).fetchSockets();
        expect(new Set(seen?.map(({ id }) => id))).toEqual(ids);
      }
    }, 20_000);
  }

  const everybody = ({ requester, helpers }: Scene) =>
    [requester, ...helpers].map(({ socket }) => socket);

  /** From the tap to the end, with a requester on one node and helpers on the other. */
  async function play({ place, requester, helpers }: Scene): Promise<void> {
    const { id } = await raise(requester.actor, place);
    for (const { socket } of helpers) {
      await socket.event('emergency.created', ({ subjectId }) => subjectId === id);
    }
    await accept(helpers[0].actor, id);
    must(await requester.actor.post(`/emergencies/${id}/messages`, { text: 'from A' }));
    must(await helpers[0].actor.post(`/emergencies/${id}/messages`, { text: 'from B' }));
    await caughtUp(requester, id, helpers[0].actor);
    must(await requester.actor.post(`/emergencies/${id}/resolve`));
    for (const { socket } of [requester, helpers[0]]) await socket.event('emergency.resolved');
  }

  function expectEachEventOnce(sockets: TestSocket[]): void {
    for (const socket of sockets) {
      const told = socket.events.filter(({ name }) => name !== 'alerts.updated');
      expect(told.length).toBeGreaterThan(0);
      expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
    }
  }

  it('each node can ask about the sockets of both', async () => {
    const sam = await register(a);
    await connected([await TestSocket.connect(sam), await TestSocket.connect(sam.on(b))]);
  });

  it('each event arrives exactly once, on whichever node, and nothing of it goes through Redis', async () => {
    const people = await scene(a, { on: b });
    await connected(everybody(people));
    const client = new Redis(redis.url);
    const published = await client.xlen('allynet:sockets');
    await play(people);
    expectEachEventOnce(everybody(people));
    expect(await client.xlen('allynet:sockets')).toBe(published);
    client.disconnect();
  });

  it('when Redis is killed in the middle, everything arrives all the same, and newcomers get in', async () => {
    const people = await scene(a, { on: b });
    await connected(everybody(people));
    await redis.kill();
    await play(people);
    expectEachEventOnce(everybody(people));
    for (const socket of everybody(people)) expect(socket.socket.connected).toBe(true);
    const late = await TestSocket.connect((await register(b)).on(a));
    await redis.run();
    await connected([...everybody(people), late]);
  });
});
