import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoSet } from '../../chaos/cluster/mongo-set';
import { resolveMongod } from '../../src/common/database/embedded/mongod-binary';
import { must, register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { raise, resolve, somewhere } from '../support/emergencies';
import { eventually } from '../support/eventually';
import { closeSockets, TestSocket } from '../support/sockets';

jest.setTimeout(90_000);

/** docs/operations.md says 5.5 s; the rest is for a machine that is busy with other tests. */
const ANSWERS_WITHIN_MS = 8000;

describe('While the primary hangs without being dead (SIGSTOP)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'allynet-hanging-'));
  let mongo: MongoSet;
  let server: TestApp;

  beforeAll(async () => {
    const { path } = await resolveMongod({ log: () => undefined });
    mongo = await MongoSet.start(path, folder, 1);
    server = await startTestApp({ env: { MONGODB_URI: mongo.uri } });
  });

  afterEach(() => {
    mongo.resume(0);
    closeSockets();
  });

  afterAll(async () => {
    await server.close();
    await mongo.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('every request is answered by UNAVAILABLE with Retry-After in six seconds, and takes effect once when repeated', async () => {
    const requester = await register(server);
    const key = { 'idempotency-key': 'tap-1' };
    const sos = { location: somewhere() };
    mongo.pause(0);

    const answers = await timed(() =>
      Promise.all([
        raise(requester, sos, key),
        requester.get('/auth/me'),
        requester.get('/emergencies/active'),
        requester.put('/users/me/location', somewhere()),
      ]),
    );
    for (const { status, error, headers } of answers.value) {
      expect(status).toBe(503);
      expect(error?.code).toBe('UNAVAILABLE');
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(answers.milliseconds).toBeLessThan(ANSWERS_WITHIN_MS);
    // By now the change stream is silent too, so that every request asks the database who is calling.
    const later = await timed(() => raise(requester, sos, key));
    expect(later.value.status).toBe(503);
    expect(later.milliseconds).toBeLessThan(ANSWERS_WITHIN_MS);

    mongo.resume(0);
    const { id } = await eventually(
      async () => must(await raise(requester, sos, key)).data,
      20_000,
    );
    const stored = await server.connection.collection('emergencies').find().toArray();
    expect(stored.map(({ _id }) => String(_id))).toEqual([id]);
    must(await resolve(requester, id));
  });

  it('what took effect after its request was given up is told to who repeats it', async () => {
    const requester = await register(server);
    const { id } = must(await raise(requester, { location: somewhere() })).data;
    const key = { 'idempotency-key': 'resolved-1' };
    mongo.pause(0);
    const given = await timed(() => resolve(requester, id, key));
    expect(given.value.status).toBe(503);
    expect(given.milliseconds).toBeLessThan(ANSWERS_WITHIN_MS);
    mongo.resume(0);
    const repeated = await eventually(async () => must(await resolve(requester, id, key)), 20_000);
    expect(repeated.status).toBe(200);
    expect(repeated.data.status).toBe('resolved');
  });

  it('messages of sockets are answered by UNAVAILABLE as well, and what is live goes on afterwards', async () => {
    const requester: TestActor = await register(server);
    const socket = await TestSocket.connect(requester);
    mongo.pause(0);

    const answer = await timed(() =>
      socket.socket.timeout(15_000).emitWithAck('location.update', somewhere()),
    );
    expect(answer.value).toMatchObject({ success: false, error: { code: 'UNAVAILABLE' } });
    expect(answer.milliseconds).toBeLessThan(ANSWERS_WITHIN_MS);

    mongo.resume(0);
    await eventually(async () => must(await requester.get('/auth/me')), 20_000);
    const { id } = must(await raise(requester, { location: somewhere() })).data;
    await socket.event('emergency.created', ({ subjectId }) => subjectId === id);
    must(await resolve(requester, id));
    await socket.event('emergency.resolved', ({ subjectId }) => subjectId === id);
  });
});

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; milliseconds: number }> {
  const began = performance.now();
  const value = await work();
  return { value, milliseconds: performance.now() - began };
}
