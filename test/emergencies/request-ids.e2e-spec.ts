import { register, must, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { cancel, outcome, raise, scene, see, somewhere } from '../support/emergencies';
import { checkInvariants } from '../support/invariants';

const REPLAYED = 'idempotency-replayed';

describe('The request id of an SOS', () => {
  let server: TestApp;
  let requester: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
  });
  beforeEach(async () => {
    requester = await register(server);
  });
  afterAll(() => server.close());

  const raisedBy = (actor: TestActor): Promise<number> =>
    server.connection.collection('emergencies').countDocuments({ requester: actor.objectId });

  it.each<
    [string, (id: string) => Promise<{ status: number; data: { id: string }; headers: Headers }>]
  >([
    ['requestId in the body', (id) => raise(requester, { requestId: id })],
    ['Idempotency-Key', (id) => raise(requester, {}, { 'Idempotency-Key': id })],
    ['both, the same', (id) => raise(requester, { requestId: id }, { 'Idempotency-Key': id })],
  ])('as %s: the same id and body give the same emergency with 200', async (_, send) => {
    const first = await send('tap-1');
    expect([first.status, first.headers.get(REPLAYED)]).toEqual([201, null]);
    const second = await send('tap-1');
    expect([second.status, second.headers.get(REPLAYED)]).toEqual([200, 'true']);
    expect(second.data.id).toBe(first.data.id);
    expect(await raisedBy(requester)).toBe(1);
    expect((await checkInvariants(server, first.data.id)).events).toHaveLength(1);
  });

  it('is one thing under two names: body first, header next', async () => {
    const first = must(await raise(requester, { requestId: 'tap' }));
    const second = must(await raise(requester, {}, { 'Idempotency-Key': 'tap' }));
    expect([second.status, second.data.id]).toEqual([200, first.data.id]);
  });

  it('does not depend on the order of the fields', async () => {
    const location = somewhere();
    const first = must(await raise(requester, { requestId: 'tap', silent: true, location }));
    const { latitude, longitude } = location;
    const answer = await requester.post<{ id: string }>('/emergencies', {
      location: { longitude, latitude },
      silent: true,
      requestId: 'tap',
      type: 'medical',
    });
    expect([answer.status, answer.data.id]).toEqual([200, first.data.id]);
  });

  it('with another body is refused with 422, while it lives and after', async () => {
    const { id } = must(await raise(requester, { requestId: 'tap' })).data;
    const other = () => raise(requester, { requestId: 'tap', silent: true });
    expect(outcome(await other())).toBe('422 IDEMPOTENCY_KEY_REUSED');
    must(await cancel(requester, id));
    expect(outcome(await other())).toBe('422 IDEMPOTENCY_KEY_REUSED');
    expect(await raisedBy(requester)).toBe(1);
  });

  it('repeated after the end gives the emergency as it is now, and raises no second one', async () => {
    const { id } = must(await raise(requester, { requestId: 'tap' })).data;
    must(await cancel(requester, id));
    const repeat = await raise(requester, { requestId: 'tap' });
    expect([repeat.status, repeat.data.id, repeat.data.status]).toEqual([200, id, 'cancelled']);
  });

  it.each([{}, { requestId: 'another-tap' }])(
    'new (%j) while one is live is refused with 409 and the id of the live one',
    async (sos) => {
      const { id } = must(await raise(requester, { requestId: 'tap' })).data;
      const answer = await raise(requester, sos);
      expect(outcome(answer)).toBe('409 EMERGENCY_ALREADY_LIVE');
      expect(answer.error?.details).toEqual({ emergencyId: id });
    },
  );

  it('refused with 409 is not used up: it raises one once the other has ended', async () => {
    const { id } = must(await raise(requester)).data;
    expect((await raise(requester, { requestId: 'tap' })).status).toBe(409);
    must(await cancel(requester, id));
    expect((await raise(requester, { requestId: 'tap' })).status).toBe(201);
  });

  it('belongs to its requester: two people may use the same one', async () => {
    const other = await register(server);
    const one = must(await raise(requester, { requestId: 'tap' }));
    const two = must(await raise(other, { requestId: 'tap' }));
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(one.data.id).not.toBe(two.data.id);
  });

  it('is refused with 400 when header and body differ, or the header is malformed', async () => {
    for (const answer of [
      await raise(requester, { requestId: 'one' }, { 'Idempotency-Key': 'two' }),
      await raise(requester, {}, { 'Idempotency-Key': 'two words' }),
      await raise(requester, {}, { 'Idempotency-Key': 'k'.repeat(201) }),
      await raise(requester, { requestId: '' }),
      await raise(requester, { requestId: null }),
    ]) {
      expect(outcome(answer)).toBe('400 VALIDATION_FAILED');
    }
    expect(await raisedBy(requester)).toBe(0);
  });

  it('many SOS without one: once the first has ended the next may come', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { id } = must(await raise(requester)).data;
      expect((await see(requester, id)).data.status).toBe('active');
      must(await cancel(requester, id));
    }
    expect(await raisedBy(requester)).toBe(3);
  });

  it('replayed shows the requester the state that helpers brought about since', async () => {
    const { id, requester: rita, helpers, place } = await scene(server, 1, { requestId: 'tap' });
    must(await helpers[0].post(`/emergencies/${id}/responses`, { answer: 'accept' }));
    const repeat = await raise(rita, { requestId: 'tap', location: place });
    expect([repeat.status, repeat.data.status]).toEqual([200, 'responding']);
  });
});
