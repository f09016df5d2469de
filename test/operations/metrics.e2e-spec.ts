import { randomBytes } from 'node:crypto';
import { TransactionRunner } from '../../src/common/database/transaction-runner';
import { SECOND } from '../../src/common/time/clock';
import { EmergencySweeper } from '../../src/modules/emergencies/dispatch/emergency.sweeper';
import { must, register, type TestActor, verifiedHelper } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { accept, go, north, raise, resolve, somewhere, step, sweep } from '../support/emergencies';
import { eventually } from '../support/eventually';
import { Scrape } from '../support/metrics';
import { startTwoNodes } from '../support/race';
import { closeSockets, TestSocket } from '../support/sockets';

describe('/metrics', () => {
  let a: TestApp;
  let b: TestApp;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ server: a, node: b, close } = await startTwoNodes());
  });

  afterEach(closeSockets);

  afterAll(() => close());

  /** What both nodes counted together since `before`. */
  async function both(before: [Scrape, Scrape], name: string, labels = {}): Promise<number> {
    const now = [await Scrape.of(a), await Scrape.of(b)] as const;
    return now[0].since(before[0], name, labels) + now[1].since(before[1], name, labels);
  }

  const now = async (): Promise<[Scrape, Scrape]> => [await Scrape.of(a), await Scrape.of(b)];

  /** The clocks of both nodes, which stand for one and the same time. */
  function advance(milliseconds: number): void {
    for (const { clock } of [a, b]) clock.advance(milliseconds);
  }

  it('an SOS is one SOS on two nodes: raised, told, delivered, seen, accepted and arrived are each counted once', async () => {
    const place = somewhere();
    const requester = await register(a);
    const ada = await verifiedHelper(a, north(place, 300));
    const ben = await verifiedHelper(a, north(place, 400));
    await TestSocket.connect(requester);
    const onB = await TestSocket.connect(ada.on(b));
    const onA = await TestSocket.connect(ben);
    // A second device of Ada's, on the other node: it is told as well, and acknowledges as well.
    const second = await TestSocket.connect(ada);
    const before = await now();
    const { id } = must(
      await raise(requester, { type: 'fire', location: place, requestId: 'tap' }),
    ).data;
    must(await raise(requester, { type: 'fire', location: place, requestId: 'tap' }));
    for (const socket of [onA, onB, second]) await socket.event('emergency.created');
    await eventually(async () =>
      expect(await both(before, 'allynet_alert_delivered_seconds_count')).toBe(2),
    );
    advance(7 * SECOND);
    await onB.ask('alert.seen', { emergencyId: id });
    await second.ask('alert.seen', { emergencyId: id });
    advance(13 * SECOND);
    must(await accept(ada.on(b), id));
    must(await accept(ben, id));
    must(await step(ada, id, 'on_way'));
    advance(280 * SECOND);
    must(await step(ada, id, 'arrived'));
    must(await step(ben, id, 'on_way'));
    must(await step(ben, id, 'arrived'));
    must(await resolve(requester, id));

    expect(await both(before, 'allynet_sos_raised_total', { type: 'fire' })).toBe(1);
    expect(await both(before, 'allynet_sos_raised_total')).toBe(1);
    // Told: Ada on both nodes and Ben on one. Delivered: one of Ada's devices was the first.
    expect(await both(before, 'allynet_time_to_alert_seconds_count')).toBe(3);
    expect(await both(before, 'allynet_alert_delivered_seconds_count')).toBe(2);
    for (const [name, atLeast] of [
      ['allynet_alert_seen_seconds', 7],
      ['allynet_first_accept_seconds', 20],
      ['allynet_first_arrival_seconds', 300],
    ] as const) {
      expect(await both(before, `${name}_count`)).toBe(1);
      const sum = await both(before, `${name}_sum`);
      expect(sum).toBeGreaterThanOrEqual(atLeast);
      // What the test itself took comes on top.
      expect(sum).toBeLessThan(atLeast + 20);
    }
  });

  it('an alert that is sent again on a new connection, and acknowledged again, is not delivered twice', async () => {
    const place = somewhere();
    const requester = await register(a);
    const helper = await verifiedHelper(a, north(place, 300));
    const first = await TestSocket.connect(helper);
    const before = await now();
    const { id } = must(await raise(requester, { location: place })).data;
    const delivered = () => both(before, 'allynet_alert_delivered_seconds_count');
    await first.event('emergency.created');
    await eventually(async () => expect(await delivered()).toBe(1));
    first.close();
    const again = await TestSocket.connect(helper);
    await again.event('emergency.created');
    // Seen is written after the receipts that were gathered before it.
    await again.ask('alert.seen', { emergencyId: id });
    expect(await delivered()).toBe(1);
    must(await resolve(requester, id));
  });

  it('who accepts or arrives after the first, or comes back, is not the first again', async () => {
    const place = somewhere();
    const requester = await register(a);
    const ada = await verifiedHelper(a, north(place, 300));
    const { id } = must(await raise(requester, { location: place })).data;
    const before = await now();
    await go(ada, id, 'withdrawn');
    must(await accept(ada, id));
    must(await resolve(requester, id));
    expect(await both(before, 'allynet_first_accept_seconds_count')).toBe(1);
  });

  it('requests are counted by the pattern of their route and by status; a path that nobody has makes no series', async () => {
    const actor = await register(a);
    const id = 'a'.repeat(24);
    await actor.get(`/emergencies/${id}`);
    const before = await Scrape.of(a);
    await actor.get(`/emergencies/${id}`);
    await actor.get(`/emergencies/${'b'.repeat(24)}?cursor=canary`);
    const requests = 'http_request_duration_seconds_count';
    const after = await Scrape.of(a);
    const route = { method: 'GET', route: '/api/v1/emergencies/:id', status: '404' };
    expect(after.since(before, requests, route)).toBe(2);

    const series = after.samples.length;
    for (let index = 0; index < 30; index += 1) {
      await fetch(`${a.url}/${randomBytes(6).toString('hex')}?q=canary`);
      await fetch(`${a.url}/api/v1/x/${index}`, { method: index % 2 ? 'DELETE' : 'PUT' });
    }
    const later = await Scrape.of(a);
    expect(later.since(after, requests, { method: 'none', route: 'none', status: '404' })).toBe(60);
    // One new series of unknown routes: its buckets, its sum and its count.
    expect(later.samples.length - series).toBeLessThanOrEqual(13);
    expect(JSON.stringify(later.samples)).not.toMatch(/canary|aaaaaa|bbbbbb/);
  });

  it('connected sockets are those of this node', async () => {
    const actor = await register(a);
    const count = async (server: TestApp) =>
      (await Scrape.of(server)).value('allynet_sockets_connected');
    const before = [await count(a), await count(b)];
    const socket = await TestSocket.connect(actor);
    await TestSocket.connect(actor.on(b));
    await TestSocket.connect(actor.on(b));
    expect([await count(a), await count(b)]).toEqual([(before[0] ?? 0) + 1, (before[1] ?? 0) + 2]);
    socket.close();
    await eventually(async () => expect(await count(a)).toBe(before[0]));
  });

  it('work that is due and not done is the backlog, on every node alike; what takes it up says how late it was', async () => {
    const place = somewhere();
    const requester = await register(a);
    const { id } = must(await raise(requester, { location: place })).data;
    const backlog = async (server: TestApp) =>
      (await Scrape.of(server)).value('allynet_dispatch_backlog', { work: 'wave' });
    // Away from the sweepers, which run every second, it is due in their future only.
    const held = await holdSweepers([a, b]);
    let before: [Scrape, Scrape];
    try {
      advance(40 * SECOND);
      await eventually(async () => {
        expect(await backlog(a)).toBe(1);
        expect(await backlog(b)).toBe(1);
      });
      before = await now();
    } finally {
      held.release();
    }
    await sweep(a);
    await eventually(async () => expect(await backlog(a)).toBe(0));
    expect(await both(before, 'allynet_sweeper_lag_seconds_count', { work: 'wave' })).toBe(1);
    const late = await both(before, 'allynet_sweeper_lag_seconds_sum', { work: 'wave' });
    expect(late).toBeGreaterThanOrEqual(10);
    expect(late).toBeLessThan(30);
    must(await resolve(requester, id));
  });

  it('an SOS older than 10 s that no device was told of stands out, with what it waits for', async () => {
    const unalerted = async () => {
      const scrape = await Scrape.of(b);
      return ['place', 'helpers', 'device'].map((waitsFor) =>
        scrape.value('allynet_sos_unalerted', { waiting_for: waitsFor }),
      );
    };
    const place = somewhere();
    const far = somewhere();
    await verifiedHelper(a, north(far, 300));
    const near = somewhere();
    const socket = await TestSocket.connect(await verifiedHelper(a, north(near, 300)));
    const raised: [TestActor, string][] = [];
    for (const location of [undefined, place, far, near]) {
      const requester = await register(a);
      const { id } = must(await raise(requester, location ? { location } : {})).data;
      raised.push([requester, id]);
    }
    await socket.event('emergency.created');
    await eventually(async () => expect(await unalerted()).toEqual([0, 0, 0]));
    advance(10 * SECOND);
    await eventually(async () => expect(await unalerted()).toEqual([1, 1, 1]));
    const live = await Scrape.of(a);
    expect(live.value('allynet_emergencies_live', { status: 'active' })).toBe(4);
    for (const [requester, id] of raised) must(await resolve(requester, id));
    await eventually(async () => expect(await unalerted()).toEqual([0, 0, 0]));
  });

  it('a transaction that another one made begin again is a retry; one that is refused is aborted', async () => {
    const transactions = a.get(TransactionRunner);
    const rows = a.connection.collection('metrics_conflict');
    await rows.insertOne({ _id: 'x' as never, n: 0 });
    const before = await Scrape.of(a);
    let attempts = 0;
    await transactions.run(async (session) => {
      attempts += 1;
      await rows.findOne({ _id: 'x' as never }, { session });
      // Somebody else writes after this transaction's snapshot was taken.
      if (attempts < 3) await rows.updateOne({ _id: 'x' as never }, { $inc: { n: 1 } });
      await rows.updateOne({ _id: 'x' as never }, { $inc: { n: 1 } }, { session });
    });
    await transactions.run(async () => Promise.reject(new Error('no'))).catch(() => undefined);
    const after = await Scrape.of(a);
    expect(attempts).toBe(3);
    expect(after.since(before, 'allynet_transaction_retries_total')).toBe(2);
    const ended = (outcome: string) =>
      after.since(before, 'allynet_transactions_total', { outcome });
    expect([ended('committed'), ended('aborted'), ended('given_up')]).toEqual([1, 1, 0]);
  });

  it('connections in use and operations that wait for one are those of the pool', async () => {
    const read = async () => {
      const scrape = await Scrape.of(a);
      return {
        open: scrape.value('allynet_mongodb_connections', { state: 'open' }) ?? 0,
        inUse: scrape.value('allynet_mongodb_connections', { state: 'in_use' }) ?? 0,
        waiting: scrape.value('allynet_mongodb_waiting_for_connection') ?? 0,
      };
    };
    const idle = await read();
    // Forty who sleep in the database, in a pool of 32. The scrape's own questions wait behind them.
    const sleepers = Array.from({ length: 40 }, () =>
      a.connection.collection('users').findOne({ $where: 'sleep(3000) || true' }),
    );
    await eventually(async () => {
      const busy = await read();
      expect(busy.inUse).toBeGreaterThanOrEqual(32);
      expect(busy.open).toBeGreaterThanOrEqual(busy.inUse);
      expect(busy.waiting).toBeGreaterThanOrEqual(8);
    });
    await Promise.all(sleepers);
    await eventually(async () => {
      const after = await read();
      expect(after.waiting).toBe(0);
      expect(after.inUse).toBeLessThanOrEqual(idle.inUse + 1);
    });
  });

  it('each node says how far it is behind the commits: the stream and its own telling', async () => {
    const place = somewhere();
    const requester = await register(a);
    const before = await now();
    const { id } = must(await raise(requester, { location: place })).data;
    must(await resolve(requester, id));
    for (const [server, earlier] of [
      [a, before[0]],
      [b, before[1]],
    ] as const) {
      await eventually(async () => {
        const scrape = await Scrape.of(server);
        for (const name of ['allynet_change_stream_lag_seconds', 'allynet_relay_lag_seconds']) {
          // Created and resolved.
          expect(scrape.since(earlier, `${name}_count`)).toBeGreaterThanOrEqual(2);
          expect(scrape.since(earlier, `${name}_sum`)).toBeLessThan(10);
        }
        expect(scrape.value('allynet_change_stream_silence_seconds')).toBeLessThan(1);
        expect(scrape.value('allynet_ready')).toBe(1);
      });
    }
  });

  it('the process tells of itself: event-loop delay, memory, CPU', async () => {
    const scrape = await Scrape.of(a);
    for (const name of [
      'nodejs_eventloop_lag_p99_seconds',
      'process_resident_memory_bytes',
      'process_cpu_seconds_total',
    ]) {
      expect(scrape.value(name)).toBeGreaterThan(0);
    }
  });
});

/** Lets no sweeper run until released: a round that hangs is joined, not doubled. */
async function holdSweepers(servers: TestApp[]): Promise<{ release(): void }> {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  for (const server of servers) {
    const sweeper = server.get(EmergencySweeper);
    await sweeper.sweep();
    Reflect.set(sweeper, 'running', held);
    void held.then(() => Reflect.set(sweeper, 'running', undefined));
  }
  return { release };
}

describe('Who may read /metrics', () => {
  let server: TestApp;

  afterEach(async () => {
    delete process.env.METRICS_TOKEN;
    await server.close();
  });

  const ask = (authorization?: string) =>
    fetch(`${server.url}/metrics`, { headers: authorization ? { authorization } : {} });

  it('with METRICS_TOKEN: who sends it as a bearer, nobody else', async () => {
    server = await startTestApp({ env: { METRICS_TOKEN: 'a token for the watch' } });
    const actor = await register(server);
    for (const wrong of [
      undefined,
      'Bearer',
      'Bearer a token for the watcher',
      `Bearer ${actor.token}`,
    ]) {
      const answer = await ask(wrong);
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
    }
    const answer = await ask('Bearer a token for the watch');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('in production without METRICS_TOKEN: nobody', async () => {
    server = await startTestApp();
    expect((await ask()).status).toBe(200);
    await server.close();
    server = await startTestApp({
      env: {
        NODE_ENV: 'production',
        BCRYPT_ROUNDS: '10',
        RATE_LIMITS: 'on',
        FRONTEND_URL: 'https://app.allynet.test',
      },
    });
    expect((await ask()).status).toBe(404);
  });
});
