import * as fc from 'fast-check';
import { ERROR_CODES } from '../../src/common/errors/error-codes';
import { collectionCounts } from '../api/collection-counts';
import { must, register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { socketMessages } from '../support/routes';
import { type Acknowledgement, closeSockets, TestSocket } from '../support/sockets';
import { newPlace, raise } from './scene';

/** `FUZZ_SEED` and `FUZZ_RUNS` ask for others; a failure prints its seed and the smallest payload that fails. */
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const RUNS = Number(process.env.FUZZ_RUNS ?? 300);

/** What a client can be told because of what it sent. */
const DOCUMENTED = Object.entries(ERROR_CODES)
  .filter(([, { status }]) => status < 500)
  .map(([code]) => code);

describe('Whatever a socket sends', () => {
  let server: TestApp;
  let requester: TestActor;
  let emergencyId: string;

  beforeAll(async () => {
    server = await startTestApp();
    requester = await register(server);
    emergencyId = (await raise(requester, newPlace())).id;
  });

  afterEach(closeSockets);

  afterAll(() => server.close());

  const json = fc.jsonValue();
  /** Now and then as it should be, so that some payloads get past the first check, and some through. */
  const or = (good: fc.Arbitrary<unknown>) =>
    fc.oneof({ arbitrary: good, weight: 6 }, { arbitrary: json, weight: 1 });
  const degrees = fc.oneof(fc.double({ min: -90, max: 90, noNaN: true }), fc.double());
  const fields: Record<string, fc.Arbitrary<unknown>> = {
    emergencyId: or(
      fc.oneof(
        fc.constant('').map(() => emergencyId),
        fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 24, maxLength: 24 }),
      ),
    ),
    afterSeq: or(fc.oneof(fc.nat(), fc.integer())),
    text: or(fc.string({ unit: 'binary', maxLength: 1200 })),
    clientId: or(fc.string({ maxLength: 220 })),
    latitude: or(degrees),
    longitude: or(degrees),
    accuracyMeters: or(fc.double()),
    extra: json,
  };
  /** What each message reads; one that is not here gets what the others read. */
  const READS: Record<string, string[]> = {
    'emergency.join': ['emergencyId', 'afterSeq'],
    'emergency.leave': ['emergencyId'],
    'emergency.sync': ['emergencyId', 'afterSeq'],
    'alert.seen': ['emergencyId'],
    'location.update': ['latitude', 'longitude'],
    'message.send': ['emergencyId', 'text', 'clientId'],
  };
  const payloadOf = (message: string): fc.Arbitrary<unknown> => {
    const reads = READS[message] ?? Object.keys(fields);
    const own = Object.fromEntries(reads.map((name) => [name, fields[name] ?? json]));
    return fc.oneof(
      { arbitrary: fc.record(own), weight: 4 },
      { arbitrary: fc.record(fields, { requiredKeys: [] }), weight: 1 },
      { arbitrary: json, weight: 1 },
    );
  };

  it('is acknowledged by an envelope with a documented code, and changes nothing when it is refused', async () => {
    const messages = socketMessages(server.app);
    expect(messages.length).toBeGreaterThan(5);
    const socket = await TestSocket.connect(requester);
    let stored = await collectionCounts(server);
    const seen = { accepted: 0, refused: 0 };
    const sent = fc
      .constantFrom(...messages)
      .chain((message) => fc.tuple(fc.constant(message), payloadOf(message)));
    await fc.assert(
      fc.asyncProperty(sent, async ([message, payload]) => {
        const answer: Acknowledgement<unknown> = await socket.ask<unknown>(message, payload);
        if (answer.success) {
          expect(Object.keys(answer)).toEqual(['success', 'data']);
          seen.accepted += 1;
          stored = await collectionCounts(server);
          return;
        }
        seen.refused += 1;
        expect(answer).toEqual({
          success: false,
          error: expect.objectContaining({ message: expect.stringMatching(/\S/) }),
        });
        expect(DOCUMENTED).toContain(answer.error?.code);
        const before = stored;
        stored = await collectionCounts(server);
        expect(stored).toEqual(before);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    // Neither everything nor nothing got through: both halves of the rule were tried.
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(RUNS / 20);
    // The connection and its person are as well as before.
    expect(socket.socket.connected).toBe(true);
    must(await requester.get(`/emergencies/${emergencyId}`));
  }, 180_000);

  it('under a name that no message has is NOT_FOUND', async () => {
    const known = new Set([
      ...socketMessages(server.app),
      'connect',
      'connect_error',
      'disconnect',
    ]);
    const socket = await TestSocket.connect(requester);
    // socket.io-client keeps these names to itself and never sends them.
    const kept = new Set(['disconnecting', 'newListener', 'removeListener']);
    const names = fc.string().filter((name) => !known.has(name) && !kept.has(name));
    await fc.assert(
      fc.asyncProperty(names, fc.jsonValue(), async (name, payload) => {
        const answer = await socket.ask(name, payload);
        expect(answer.error?.code).toBe('NOT_FOUND');
      }),
      { seed: SEED, numRuns: 60 },
    );
  });
});
