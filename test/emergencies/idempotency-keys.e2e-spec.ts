import { randomUUID } from 'node:crypto';
import { type Answer, must, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import {
  accept,
  cancel,
  decline,
  go,
  north,
  object,
  outcome,
  resolve,
  scene,
  type Scene,
  step,
} from '../support/emergencies';
import { checkInvariants } from '../support/invariants';

type Keyed = Record<string, string>;
type Act = (scene: Scene, helper: TestActor, key: Keyed) => Promise<Answer<unknown>>;

/** Every POST, PUT and PATCH of an emergency: what comes before, the request, and the same with another body. */
const ROUTES: [
  name: string,
  before: (scene: Scene, helper: TestActor) => Promise<unknown>,
  act: Act,
  other: Act | null,
][] = [
  [
    'accept',
    async () => undefined,
    ({ id }, helper, key) => accept(helper, id, key),
    ({ id }, helper, key) => decline(helper, id, key),
  ],
  [
    'decline',
    async () => undefined,
    ({ id }, helper, key) => decline(helper, id, key),
    ({ id }, helper, key) => accept(helper, id, key),
  ],
  [
    'status',
    ({ id }, helper) => accept(helper, id),
    ({ id }, helper, key) => step(helper, id, 'on_way', key),
    ({ id }, helper, key) => step(helper, id, 'withdrawn', key),
  ],
  [
    'arrival',
    ({ id }, helper) => go(helper, id, 'on_way'),
    ({ id }, helper, key) => step(helper, id, 'arrived', key),
    null,
  ],
  [
    'withdrawal',
    ({ id }, helper) => accept(helper, id),
    ({ id }, helper, key) => step(helper, id, 'withdrawn', key),
    ({ id }, helper, key) => step(helper, id, 'on_way', key),
  ],
  [
    'better fix',
    async () => undefined,
    ({ id, requester, place }, _, key) =>
      requester.put(`/emergencies/${id}/location`, north(place, 10), key),
    ({ id, requester, place }, _, key) =>
      requester.put(`/emergencies/${id}/location`, north(place, 20), key),
  ],
  [
    'resolve',
    async () => undefined,
    ({ id, requester }, _, key) => resolve(requester, id, key),
    ({ id, requester }, _, key) =>
      requester.post(`/emergencies/${id}/resolve`, { outcome: 'other' }, key),
  ],
  [
    'cancel',
    async () => undefined,
    ({ id, requester }, _, key) => cancel(requester, id, key),
    ({ id, requester }, _, key) =>
      requester.post(`/emergencies/${id}/cancel`, { reason: 'Oops' }, key),
  ],
  [
    'objection',
    ({ id }, helper) => go(helper, id, 'completed'),
    ({ id, requester }, _, key) => object(requester, id, key),
    null,
  ],
  [
    'message',
    async () => undefined,
    ({ id, requester }, _, key) =>
      requester.post(`/emergencies/${id}/messages`, { text: 'Hi' }, key),
    ({ id, requester }, _, key) =>
      requester.post(`/emergencies/${id}/messages`, { text: 'Ho' }, key),
  ],
];

describe('An Idempotency-Key', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });
  afterAll(() => server.close());

  const eventCount = (id: string): Promise<number> =>
    server.connection.collection('events').countDocuments({
      subject: new server.connection.base.Types.ObjectId(id),
      type: { $ne: 'emergency.alerted' },
    });

  describe.each(ROUTES)('of %s', (_, before, act, other) => {
    it('repeated answers as the first did and has no second effect; with another body it is 422', async () => {
      const the = await scene(server, 1);
      const helper = the.helpers[0];
      await before(the, helper);
      const key = { 'Idempotency-Key': randomUUID() };
      const first = must(await act(the, helper, key));
      expect(first.headers.get('idempotency-replayed')).toBeNull();
      const events = await eventCount(the.id);
      for (let repeat = 0; repeat < 2; repeat += 1) {
        const again = await act(the, helper, key);
        expect(again.status).toBe(first.status);
        expect(again.text).toBe(first.text);
        expect(again.headers.get('idempotency-replayed')).toBe('true');
      }
      if (other) {
        expect(outcome(await other(the, helper, key))).toBe('422 IDEMPOTENCY_KEY_REUSED');
      }
      expect(await eventCount(the.id)).toBe(events);
      await checkInvariants(server, the.id);
    });

    it('sent ten times at once has one effect, and every answer is the first one', async () => {
      const the = await scene(server, 1);
      const helper = the.helpers[0];
      await before(the, helper);
      const events = await eventCount(the.id);
      const key = { 'Idempotency-Key': randomUUID() };
      const answers = await Promise.all(Array.from({ length: 10 }, () => act(the, helper, key)));
      const texts = new Set(answers.map(({ status, text }) => `${status} ${text}`));
      expect([...texts]).toHaveLength(1);
      expect(answers.every(({ status }) => status < 300)).toBe(true);
      const replayed = answers.filter(({ headers }) => headers.get('idempotency-replayed'));
      expect(replayed).toHaveLength(9);
      expect((await eventCount(the.id)) - events).toBeLessThanOrEqual(2);
      await checkInvariants(server, the.id);
    });
  });

  it('does not give back what its helper may not see any more, nor keep it', async () => {
    const the = await scene(server, 1);
    const helper = the.helpers[0];
    const key = { 'Idempotency-Key': randomUUID() };
    const accepting = () =>
      helper.post(`/emergencies/${the.id}/responses`, { answer: 'accept' }, key);
    must(await accepting());
    must(await the.requester.put(`/users/me/blocks/${helper.id}`));
    expect(outcome(await accepting())).toBe('404 NOT_FOUND');
    const kept = await server.connection
      .collection<{ _id: string }>('idempotency_keys')
      .findOne({ _id: { $regex: key['Idempotency-Key'] } });
    expect(kept).toMatchObject({ status: 200 });
    expect(kept).not.toHaveProperty('data');
  });

  it('of a refusal repeats the refusal, also when the action would be open by now', async () => {
    const { id, helpers } = await scene(server, 1);
    const helper = helpers[0];
    const key = { 'Idempotency-Key': 'too-soon' };
    must(await accept(helper, id));
    const refused = await step(helper, id, 'arrived', key);
    expect(outcome(refused)).toBe('409 INVALID_TRANSITION');
    must(await step(helper, id, 'on_way'));
    const again = await step(helper, id, 'arrived', key);
    expect([again.status, again.text]).toEqual([409, refused.text]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await step(helper, id, 'arrived')).status).toBe(200);
  });

  it('of an invalid request is not used up', async () => {
    const { id, requester } = await scene(server, 0);
    const key = { 'Idempotency-Key': 'typo' };
    const wrong = await requester.post(`/emergencies/${id}/resolve`, { outcome: 'nonsense' }, key);
    expect(outcome(wrong)).toBe('400 VALIDATION_FAILED');
    expect((await resolve(requester, id, key)).status).toBe(200);
  });

  it('that is malformed is refused, and nothing happens', async () => {
    const { id, requester } = await scene(server, 0);
    for (const key of ['two words', 'k'.repeat(201)]) {
      expect(outcome(await cancel(requester, id, { 'Idempotency-Key': key }))).toBe(
        '400 VALIDATION_FAILED',
      );
    }
    expect((await checkInvariants(server, id)).emergency.status).toBe('active');
  });

  it('belongs to its actor and its route: others may use the same one', async () => {
    const { id, requester, helpers } = await scene(server, 2);
    const key = { 'Idempotency-Key': 'same' };
    for (const helper of helpers) expect((await accept(helper, id, key)).status).toBe(200);
    for (const helper of helpers) expect((await step(helper, id, 'on_way', key)).status).toBe(200);
    expect((await resolve(requester, id, key)).data.status).toBe('resolved');
    expect((await checkInvariants(server, id)).emergency.responses).toHaveLength(2);
  });
});

describe('Without a key, repeating one’s own', () => {
  let server: TestApp;
  let the: Scene;
  let helper: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
  });
  beforeEach(async () => {
    the = await scene(server, 1);
    helper = the.helpers[0];
  });
  afterAll(() => server.close());

  const twice = async (act: () => Promise<Answer<unknown>>): Promise<void> => {
    must(await act());
    const { seq } = (await checkInvariants(server, the.id)).emergency;
    expect(outcome(await act())).toBe('200');
    expect((await checkInvariants(server, the.id)).emergency.seq).toBe(seq);
  };

  it('resolve answers 200', () => twice(() => resolve(the.requester, the.id)));
  it('cancel answers 200', () => twice(() => cancel(the.requester, the.id)));
  it('decline answers 200', () => twice(() => decline(helper, the.id)));

  it.each(['on_way', 'arrived', 'completed', 'withdrawn'] as const)(
    'status %s answers 200',
    async (status) => {
      must(await accept(helper, the.id));
      const steps = ['on_way', 'arrived', 'completed'];
      for (const before of steps.slice(0, steps.indexOf(status))) {
        if (status !== 'withdrawn') must(await step(helper, the.id, before));
      }
      await twice(() => step(helper, the.id, status));
    },
  );

  it('decline or status answers 200 after the end too: the first answer may have been lost', async () => {
    must(await accept(helper, the.id));
    must(await step(helper, the.id, 'on_way'));
    must(await resolve(the.requester, the.id));
    expect(outcome(await step(helper, the.id, 'on_way'))).toBe('200');
    const second = await scene(server, 1);
    must(await decline(second.helpers[0], second.id));
    must(await resolve(second.requester, second.id));
    expect(outcome(await decline(second.helpers[0], second.id))).toBe('200');
  });

  it('accept answers 409 ALREADY_RESPONDED', async () => {
    must(await accept(helper, the.id));
    expect(outcome(await accept(helper, the.id))).toBe('409 ALREADY_RESPONDED');
    expect(outcome(await decline(helper, the.id))).toBe('409 ALREADY_RESPONDED');
    await checkInvariants(server, the.id);
  });
});
