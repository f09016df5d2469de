import { register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { type Acknowledgement, closeSockets, TestSocket } from '../support/sockets';
import { collectionCounts } from './collection-counts';

const NOBODY = 'f'.repeat(24);
const PLACE = { latitude: 10, longitude: 10 };

/** A payload that each message takes, and that is good but for what a row changes. */
const GOOD: Record<string, Record<string, unknown>> = {
  'emergency.join': { emergencyId: NOBODY, afterSeq: 0 },
  'emergency.leave': { emergencyId: NOBODY },
  'emergency.sync': { emergencyId: NOBODY, afterSeq: 0 },
  'alert.seen': { emergencyId: NOBODY },
  'location.update': PLACE,
  'message.send': { emergencyId: NOBODY, text: 'Hello', clientId: 'c-1' },
};
const MESSAGES = Object.keys(GOOD);

describe('Bad input over sockets', () => {
  let server: TestApp;
  let actor: TestActor;
  let strangersEmergency: string;

  beforeAll(async () => {
    server = await startTestApp();
    actor = await register(server);
    const stranger = await register(server);
    const { data } = await stranger.post<{ id: string }>('/emergencies', { type: 'other' });
    strangersEmergency = data.id;
  });

  afterEach(closeSockets);

  afterAll(() => server.close());

  /** The refusal, in the envelope, without a detail of ours, and without a trace in the data. */
  async function refused(
    code: string,
    ask: (socket: TestSocket) => Promise<Acknowledgement>,
  ): Promise<Acknowledgement> {
    const socket = await TestSocket.connect(actor);
    const before = await collectionCounts(server);
    const answer = await ask(socket);
    expect(answer).toEqual({
      success: false,
      error: expect.objectContaining({ code, message: expect.stringMatching(/\S/) }),
    });
    expect(JSON.stringify(answer)).not.toMatch(
      /Internal server error|node_modules|\bat \/|mongo|BSON|stack|"cause"/i,
    );
    expect(await collectionCounts(server)).toEqual(before);
    // The connection has not suffered.
    expect((await socket.ask('alert.seen', { emergencyId: NOBODY })).error?.code).toBe('NOT_FOUND');
    return answer;
  }

  describe.each(MESSAGES)('%s', (message) => {
    it.each<[string, unknown[]]>([
      ['no payload', []],
      ['null', [null]],
      ['text', ['hello']],
      ['an empty text', ['']],
      ['a number', [5]],
      ['true', [true]],
      ['a list', [[GOOD[message]]]],
      ['an empty list', [[]]],
      ['two payloads', [GOOD[message], GOOD[message]]],
      ['bytes', [Buffer.from('hello')]],
      ['an empty object', [{}]],
      ['an unknown field', [{ ...GOOD[message], role: 'admin' }]],
      ['a $-operator as a field', [{ ...GOOD[message], $where: 'sleep(1000)' }]],
      [
        'constructor.prototype',
        [{ ...GOOD[message], constructor: { prototype: { role: 'admin' } } }],
      ],
    ])('with %s is VALIDATION_FAILED', async (_, payload) => {
      await refused(
        'VALIDATION_FAILED',
        (socket) =>
          socket.socket.timeout(5000).emitWithAck(message, ...payload) as Promise<Acknowledgement>,
      );
    });

    it('with __proto__ as a field is VALIDATION_FAILED', async () => {
      await refused('VALIDATION_FAILED', async (socket) => {
        // As an attacker writes it: JSON.stringify would leave it out.
        const fields = JSON.stringify(GOOD[message]).slice(1);
        const answer = new Promise<Acknowledgement>((resolve) => {
          socket.socket.once('exception', resolve);
        });
        socket.socket.io.engine.write(`2["${message}",{"__proto__":{"role":"admin"},${fields}]`);
        return answer;
      });
    });

    it('nested 3,000 levels deep is VALIDATION_FAILED', async () => {
      let nested: unknown = 1;
      for (let level = 0; level < 3000; level += 1) nested = [nested];
      await refused('VALIDATION_FAILED', (socket) =>
        socket.ask(message, { ...GOOD[message], emergencyId: nested }),
      );
    });

    it.each<[string, unknown]>([
      ['text', 'not-an-id'],
      ['12 bytes, which MongoDB would take', 'twelve-bytes'],
      ['a number', 12],
      ['null', null],
      ['a list of ids', [NOBODY]],
      ['an operator', { $ne: null }],
      ['too long', 'a'.repeat(10_000)],
    ])('with an emergencyId that is %s is VALIDATION_FAILED', async (_, emergencyId) => {
      const answer = await refused('VALIDATION_FAILED', (socket) =>
        socket.ask(message, { ...GOOD[message], emergencyId }),
      );
      expect(answer.error?.details).toEqual([
        { field: 'emergencyId', messages: [expect.any(String)] },
      ]);
    });

    it('without an acknowledgement is answered by an `exception` event', async () => {
      const socket = await TestSocket.connect(actor);
      const exception = new Promise((resolve) => {
        socket.socket.once('exception', resolve);
      });
      socket.socket.emit(message, { nonsense: true });
      expect(await exception).toMatchObject({
        success: false,
        error: { code: 'VALIDATION_FAILED', details: expect.any(Array) },
      });
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['latitude 91', { latitude: 91, longitude: 0 }],
    ['longitude -181', { latitude: 0, longitude: -181 }],
    ['NaN, which JSON turns into null', { latitude: NaN, longitude: 0 }],
    ['Infinity, which JSON turns into null', { latitude: 0, longitude: Infinity }],
    ['1e308', { latitude: 1e308, longitude: 0 }],
    ['text', { latitude: '10', longitude: '10' }],
    ['no longitude', { latitude: 10 }],
    ['a negative accuracy', { ...PLACE, accuracyMeters: -1 }],
  ])('location.update with %s is VALIDATION_FAILED', async (_, place) => {
    await refused('VALIDATION_FAILED', (socket) => socket.ask('location.update', place));
  });

  it.each<[string, unknown]>([
    ['-1', -1],
    ['a fraction', 1.5],
    ['text', '1'],
    ['1e308', 1e308],
    ['an operator', { $gt: 0 }],
  ])('emergency.sync after the number %s is VALIDATION_FAILED', async (_, afterSeq) => {
    await refused('VALIDATION_FAILED', (socket) =>
      socket.ask('emergency.sync', { emergencyId: NOBODY, afterSeq }),
    );
  });

  it.each<[string, Record<string, unknown>]>([
    ['no text', { clientId: '1' }],
    ['an empty text', { text: '', clientId: '1' }],
    ['blanks', { text: ' \n\t ', clientId: '1' }],
    ['1,001 characters', { text: 'x'.repeat(1001), clientId: '1' }],
    ['a text that is an object', { text: { $gt: '' }, clientId: '1' }],
    ['an empty clientId', { text: 'Hello', clientId: '' }],
    ['a clientId that is too long', { text: 'Hello', clientId: 'x'.repeat(201) }],
    ['a clientId that is an operator', { text: 'Hello', clientId: { $exists: false } }],
  ])('message.send with %s is VALIDATION_FAILED', async (_, fields) => {
    await refused('VALIDATION_FAILED', (socket) =>
      socket.ask('message.send', { emergencyId: NOBODY, ...fields }),
    );
  });

  it.each(['emergency.join', 'emergency.sync', 'alert.seen', 'message.send'])(
    "%s of somebody else's emergency looks exactly like one that does not exist",
    async (message) => {
      const [real, missing] = [
        await refused('NOT_FOUND', (socket) =>
          socket.ask(message, { ...GOOD[message], emergencyId: strangersEmergency }),
        ),
        await refused('NOT_FOUND', (socket) => socket.ask(message, GOOD[message])),
      ];
      expect(real).toEqual(missing);
    },
  );

  it.each(['emergency.explode', 'emergency.created', 'error', '__proto__', 'constructor', ''])(
    'a message that does not exist (%j) is NOT_FOUND, never silence',
    async (message) => {
      await refused('NOT_FOUND', (socket) => socket.ask(message, { emergencyId: NOBODY }));
      const socket = await TestSocket.connect(actor);
      const exception = new Promise((resolve) => {
        socket.socket.once('exception', resolve);
      });
      socket.socket.emit(message, {});
      expect(await exception).toMatchObject({ success: false, error: { code: 'NOT_FOUND' } });
    },
  );

  it('a good message without an acknowledgement is carried out, and answered by nothing', async () => {
    const socket = await TestSocket.connect(actor);
    const heard: string[] = [];
    socket.socket.onAny((name: string) => heard.push(name));
    socket.socket.emit('location.update', { latitude: 3.25, longitude: 4.5 });
    await socket.ask('alert.seen', { emergencyId: NOBODY });
    const { data } = await actor.get<{ location: object }>('/users/me');
    expect(data.location).toMatchObject({ latitude: 3.25, longitude: 4.5 });
    expect(heard).toEqual([]);
  });

  it('packets that are no Socket.IO close their connection and no other', async () => {
    const [broken, other] = [await TestSocket.connect(actor), await TestSocket.connect(actor)];
    broken.socket.io.engine.write('2{"not":"a list"}');
    await broken.closed();
    expect((await other.ask('alert.seen', { emergencyId: NOBODY })).error?.code).toBe('NOT_FOUND');
  });

  it('nothing of this has changed what every object inherits', () => {
    expect(({} as Record<string, unknown>).role).toBeUndefined();
  });
});
