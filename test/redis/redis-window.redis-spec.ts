import { Redis } from 'ioredis';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { FixedWindowStorage } from '../../src/common/throttle/fixed-window.storage';
import {
  RATE_LIMIT_CONNECTION,
  RedisWindowStorage,
} from '../../src/common/throttle/redis-window.storage';
import { Clock } from '../../src/common/time/clock';
import { RedisServer } from './redis-server';

describe('Counting in Redis', () => {
  let redis: RedisServer;
  let client: Redis;
  let storage: RedisWindowStorage;

  beforeAll(async () => {
    redis = await RedisServer.start();
    client = new Redis(redis.url, RATE_LIMIT_CONNECTION);
    storage = new RedisWindowStorage(client, new FixedWindowStorage(new Clock()));
    await once(client, 'ready');
  });

  afterAll(async () => {
    client.disconnect();
    await redis.stop();
  });

  const hit = (key: string) => storage.increment(key, 60_000, 100, 60_000, 'caller');

  it('loses no hit of many at once', async () => {
    const records = await Promise.all(Array.from({ length: 200 }, () => hit('a')));
    expect(records.map(({ totalHits }) => totalHits)).toEqual(
      Array.from({ length: 200 }, (_, index) => index + 1),
    );
    expect(records.filter(({ isBlocked }) => isBlocked)).toHaveLength(100);
  });

  it('a Redis that hangs delays one request by a fraction of a second, not each', async () => {
    redis.pause();
    const start = performance.now();
    for (let time = 0; time < 200; time += 1) expect((await hit('b')).isBlocked).toBe(time >= 100);
    const took = performance.now() - start;
    redis.resume();
    // Each waiting for its 200 ms would be 40 s.
    expect(took).toBeLessThan(5_000);
  });
});
