import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { MongoClient } from 'mongodb';
import { startEmbeddedMongo } from '../../src/common/database/embedded/embedded-mongo';
import { SECOND } from '../../src/common/time/clock';
import { ChangeFeed } from '../../src/modules/events/change-feed';
import { startTestApp, type TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import { Scrape } from '../support/metrics';
import { buildServer, killServers, ServerProcess } from './server-process';

interface Health {
  status: number;
  database: string;
  changeStream: string;
}

async function ready(server: Pick<TestApp, 'url'>): Promise<Health> {
  const response = await fetch(`${server.url}/health/ready`);
  const body = (await response.json()) as { details: Record<string, { status: string }> };
  return {
    status: response.status,
    database: body.details.database?.status ?? '',
    changeStream: body.details.changeStream?.status ?? '',
  };
}

const READY: Health = { status: 200, database: 'up', changeStream: 'up' };

const alive = async (server: Pick<TestApp, 'url'>) =>
  (await fetch(`${server.url}/health/live`)).status;

describe('A node whose change stream is lost', () => {
  it('is not ready until the stream is open again, and alive throughout', async () => {
    const server = await startTestApp();
    try {
      await eventually(async () => expect(await ready(server)).toEqual(READY));
      const feed = server.get(ChangeFeed);
      Reflect.set(feed, 'openAt', () => Promise.reject(new Error('as if refused')));
      const stream = Reflect.get(feed, 'stream') as { emit(name: string, error: Error): void };
      stream.emit('error', new Error('as if the connection broke'));
      await eventually(async () =>
        expect(await ready(server)).toEqual({ status: 503, database: 'up', changeStream: 'down' }),
      );
      const lost = await Scrape.of(server);
      expect(lost.value('allynet_ready')).toBe(0);
      expect(lost.value('allynet_change_stream_silence_seconds')).toBeGreaterThan(1);
      expect(await alive(server)).toBe(200);
      Reflect.deleteProperty(feed, 'openAt');
      await eventually(async () => expect(await ready(server)).toEqual(READY));
      const found = await Scrape.of(server);
      expect(found.value('allynet_change_stream_reopened_total')).toBe(1);
      expect(found.value('allynet_change_stream_gaps_total')).toBe(
        lost.value('allynet_change_stream_gaps_total'),
      );
    } finally {
      await server.close();
    }
  });
});

describe('A node whose primary is away', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'allynet-health-'));

  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it('says so within seconds, on /health/ready and /metrics, and is ready again when it is back', async () => {
    const mongo = await startEmbeddedMongo({ dataDir, log: () => undefined });
    const server = await startTestApp({ env: { MONGODB_URI: mongo.uri } });
    const { pid } = await server.connection.getClient().db('admin').command({ serverStatus: 1 });
    try {
      await eventually(async () => expect(await ready(server)).toEqual(READY));
      process.kill(Number(pid), 'SIGSTOP');
      const start = performance.now();
      const answer = await ready(server);
      // The probe gives up after one second; the rest is for a machine that is busy.
      expect(performance.now() - start).toBeLessThan(3 * SECOND);
      expect([answer.status, answer.database]).toEqual([503, 'down']);
      expect(await alive(server)).toBe(200);
      const scrapedAt = performance.now();
      await eventually(async () => {
        const scrape = await Scrape.of(server);
        expect(scrape.value('allynet_ready')).toBe(0);
        // What cannot be known is left out: a last known number would look like a good one.
        expect(scrape.value('allynet_dispatch_backlog')).toBeUndefined();
        expect(scrape.value('allynet_sos_unalerted')).toBeUndefined();
      });
      expect(performance.now() - scrapedAt).toBeLessThan(6 * SECOND);
      process.kill(Number(pid), 'SIGCONT');
      await eventually(async () => expect(await ready(server)).toEqual(READY), 15 * SECOND);
      await eventually(async () =>
        expect((await Scrape.of(server)).value('allynet_dispatch_backlog')).toBe(0),
      );
    } finally {
      process.kill(Number(pid), 'SIGCONT');
      await server.close();
      await mongo.stop();
    }
  }, 60_000);
});

describe('A node whose indexes cannot be built', () => {
  const database = `test_${randomBytes(6).toString('hex')}`;
  let client: MongoClient;

  beforeAll(async () => {
    await buildServer();
    client = await MongoClient.connect(process.env.TEST_MONGODB_URI ?? '');
  }, 180_000);

  afterAll(async () => {
    await killServers();
    await client.db(database).dropDatabase();
    await client.close();
  });

  it('takes no traffic and ends with 1; once they can be, it starts, is ready and has them all', async () => {
    const requester = 'somebody';
    const emergencies = client
      .db(database)
      .collection<{ requester: string; live: boolean }>('emergencies');
    // Two live emergencies of one person: what the unique index exists to prevent.
    const { insertedIds } = await emergencies.insertMany([
      { requester, live: true },
      { requester, live: true },
    ]);
    const refused = new ServerProcess({ MONGODB_DATABASE: database });
    expect((await refused.exit).code).toBe(1);
    expect(refused.stdout).not.toContain('listens on');
    expect(refused.stderr).toMatch(/emergency_one_live_per_requester/);

    await emergencies.deleteOne({ _id: insertedIds[1] });
    const server = await ServerProcess.start({ MONGODB_DATABASE: database });
    await eventually(async () => expect(await ready(server)).toEqual(READY));
    const names = (await emergencies.indexes()).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['emergency_one_live_per_requester', 'emergency_request_id']),
    );
    expect((await server.stop()).code).toBe(0);
  }, 90_000);
});
