import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { freePort } from '../../src/demo/server/free-port';
import { buildServer, killServers, ServerProcess } from '../operations/server-process';
import { register } from '../support/actors';
import { closeSockets, TestSocket } from '../support/sockets';
import { RedisServer } from './redis-server';

jest.setTimeout(90_000);

describe('A server process with REDIS_URL', () => {
  const database = `test_${randomBytes(6).toString('hex')}`;
  let redis: RedisServer | undefined;

  beforeAll(buildServer, 180_000);

  afterEach(async () => {
    closeSockets();
    await killServers();
    await redis?.stop();
    redis = undefined;
  });

  afterAll(async () => {
    const client = await MongoClient.connect(process.env.TEST_MONGODB_URI ?? '');
    await client.db(database).dropDatabase();
    await client.close();
  });

  it.each(['answers', 'is away'])(
    'starts, is ready, takes an SOS and ends cleanly when Redis %s',
    async (how) => {
      let url = `redis://127.0.0.1:${await freePort(0)}`;
      if (how === 'answers') {
        redis = await RedisServer.start();
        ({ url } = redis);
      }
      const server = await ServerProcess.start({ MONGODB_DATABASE: database, REDIS_URL: url });
      expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
      const sam = await register(server);
      await TestSocket.connect(sam);
      expect((await sam.post('/emergencies', { type: 'medical' })).status).toBe(201);
      const { code } = await server.stop();
      expect([code, server.stderr]).toEqual([0, '']);
      const warnings = server.stdout.match(/each node counts rate limits for itself/g) ?? [];
      expect(warnings).toHaveLength(how === 'answers' ? 0 : 1);
    },
  );
});
