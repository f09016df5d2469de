/** The floor of the search: Redis with the same positions, asked for as many. It knows of nobody's trust or availability. */
import Redis from 'ioredis';
import { placeOf } from '../data/people';
import { WANTED } from '../floor/rank';
import { obey } from './orders';
import type { FillOrder, SearchAnswer, SearchOrder } from './protocol';

const KEY = 'helpers';
const BATCH = 10_000;
const redis = new Redis({ port: Number(process.env.REDIS_PORT), host: '127.0.0.1' });

obey((order: FillOrder | SearchOrder) => (order.kind === 'fill' ? fill(order) : search(order)));

async function fill({ helpers }: FillOrder): Promise<object> {
  for (let first = 0; first < helpers; first += BATCH) {
    const members: (string | number)[] = [];
    for (let index = first; index < Math.min(helpers, first + BATCH); index += 1) {
      const { latitude, longitude } = placeOf('citizen', index);
      members.push(longitude, latitude, String(index));
    }
    await redis.geoadd(KEY, ...members);
  }
  return {};
}

async function search({ places, radiusMeters }: SearchOrder): Promise<SearchAnswer> {
  const answer: SearchAnswer = { kind: 'search', latencies: [], found: [] };
  for (const { latitude, longitude } of places) {
    const began = performance.now();
    const found = (await redis.geosearch(
      KEY,
      'FROMLONLAT',
      longitude,
      latitude,
      'BYRADIUS',
      radiusMeters,
      'm',
      'ASC',
      'COUNT',
      WANTED,
    )) as string[];
    answer.latencies.push(performance.now() - began);
    answer.found.push(found.map(Number));
  }
  return answer;
}
