import { DAY } from '../../src/common/time/clock';
import { type Json, must, register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { somewhere } from '../support/emergencies';
import { acceptedScene, ask, helpScene, look, offer, timelineOf } from '../support/help-requests';

describe('What a help request takes', () => {
  let server: TestApp;
  let requester: TestActor;
  const location = somewhere();

  beforeAll(async () => {
    server = await startTestApp();
    requester = await register(server);
  });

  afterAll(() => server.close());

  const ahead = (milliseconds: number): string =>
    new Date(server.clock.now().getTime() + milliseconds).toISOString();

  it.each<[string, Json, string]>([
    ['no title', { title: undefined }, 'title'],
    ['an empty title', { title: '   ' }, 'title'],
    ['a title that is too long', { title: 'x'.repeat(121) }, 'title'],
    ['a description that is an operator', { description: { $gt: '' } }, 'description'],
    ['a description that is too long', { description: 'x'.repeat(4001) }, 'description'],
    ['an unknown category', { category: 'war' }, 'category'],
    ['an unknown priority', { priority: 'now' }, 'priority'],
    ['no place', { location: undefined }, 'location'],
    ['a place beyond the pole', { location: { latitude: 91, longitude: 0 } }, 'location.latitude'],
    [
      'an accuracy below nothing',
      { location: { latitude: 1, longitude: 1, accuracyMeters: -5 } },
      'location.accuracyMeters',
    ],
    ['a budget of less than nothing', budget({ amountMinor: -1 }), 'budget.amountMinor'],
    ['half a cent', budget({ amountMinor: 0.5 }), 'budget.amountMinor'],
    ['more than all the money', budget({ amountMinor: 1e15 }), 'budget.amountMinor'],
    ['money as text', budget({ amountMinor: '5' }), 'budget.amountMinor'],
    ['a currency in small letters', budget({ currency: 'eur' }), 'budget.currency'],
    ['no currency of the world', budget({ currency: 'ABC' }), 'budget.currency'],
    ['a budget without a currency', { budget: { amountMinor: 5 } }, 'budget.currency'],
    ['a budget that is a number', { budget: 5 }, 'budget'],
    ['a radius of nothing', { radiusMeters: 99 }, 'radiusMeters'],
    ['a radius round the world', { radiusMeters: 50_001 }, 'radiusMeters'],
    ['a date without a time', { neededBy: '2099-01-01' }, 'neededBy'],
    ['a time without a zone', { expiresAt: '2099-01-01T10:00:00' }, 'expiresAt'],
    ['a day that does not exist', { neededBy: '2099-02-30T10:00:00Z' }, 'neededBy'],
    ['a time in the past', { neededBy: '2020-01-01T10:00:00Z' }, 'neededBy'],
    ['an end in the past', { expiresAt: '2020-01-01T10:00:00Z' }, 'expiresAt'],
    ['an end of null', { expiresAt: null }, 'expiresAt'],
    ['a status', { status: 'completed' }, 'status'],
    ["somebody else's name", { requester: 'f'.repeat(24) }, 'requester'],
    ['a cell', { cell: { type: 'Point', coordinates: [0, 0] } }, 'cell'],
  ])('does not take %s', async (_, fields, field) => {
    const before = await server.connection.collection('help_requests').countDocuments();
    const answer = await ask(requester, { location, ...fields });
    expect([answer.status, answer.error?.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(answer.error?.details).toEqual(
      expect.arrayContaining([expect.objectContaining({ field })]),
    );
    expect(await server.connection.collection('help_requests').countDocuments()).toBe(before);
  });

  function budget(fields: Json): Json {
    return { budget: { amountMinor: 100, currency: 'EUR', ...fields } };
  }

  it('expires in 7 days unless said otherwise, 90 days ahead at most, and is needed a year ahead at most', async () => {
    const plain = must(
      await ask(requester, { location: { ...location, accuracyMeters: 12 } }),
    ).data;
    expect(plain.location).toEqual({ ...location, precision: 'exact' });
    expect(Date.parse(plain.expiresAt) - Date.parse(plain.createdAt)).toBe(7 * DAY);
    expect(plain).toMatchObject({ priority: 'normal', radiusMeters: 5000, budget: null });
    expect((await ask(requester, { location, expiresAt: ahead(89 * DAY) })).status).toBe(201);
    expect((await ask(requester, { location, expiresAt: ahead(91 * DAY) })).status).toBe(400);
    expect((await ask(requester, { location, neededBy: ahead(364 * DAY) })).status).toBe(201);
    expect((await ask(requester, { location, neededBy: ahead(367 * DAY) })).status).toBe(400);
    const offset = must(await ask(requester, { location, neededBy: '2027-03-01T12:00:00+02:00' }));
    expect(offset.data.neededBy).toBe('2027-03-01T10:00:00.000Z');
  });

  it('takes one letter and the longest text', async () => {
    const short = await ask(requester, { location, title: 'x', description: 'y' });
    expect(short.status).toBe(201);
    const title = '🛋'.repeat(60);
    const long = must(await ask(requester, { location, title, description: 'é'.repeat(4000) }));
    expect(long.data.title).toBe(title);
  });

  it('by the same Idempotency-Key is one, and another body is refused', async () => {
    const keyed = (title: string) =>
      requester.post<{ id: string }>(
        '/help-requests',
        { title, description: 'd', category: 'other', location },
        { 'Idempotency-Key': 'sofa-1' },
      );
    const first = must(await keyed('One'));
    expect(must(await keyed('One')).data.id).toBe(first.data.id);
    expect((await keyed('Two')).error?.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('is changed while it is open: what is sent, and nothing else; then no more', async () => {
    const { requester: asker, helpers, id } = await helpScene(server, 1, budget({}));
    const [helper] = helpers;
    if (!helper) throw new Error('no helper');
    const { id: offerId } = must(await offer(helper, id)).data;
    const before = must(await look(asker, id)).data;
    const changed = must(
      await asker.patch(`/help-requests/${id}`, { title: 'Two sofas', budget: null }),
    );
    expect(changed.data).toEqual({ ...before, title: 'Two sofas', budget: null, seq: 2 });
    expect((await timelineOf(asker, id)).at(-1)).toMatchObject({
      type: 'help_request.updated',
      data: { fields: ['title', 'budget'] },
    });
    expect(must(await asker.patch(`/help-requests/${id}`, {})).data.seq).toBe(2);
    for (const body of [
      { title: '' },
      { title: null },
      { location: null },
      { expiresAt: '2020-01-01T10:00:00Z' },
      { neededBy: '2020-01-01T10:00:00Z' },
      { expiresAt: ahead(91 * DAY) },
      { status: 'completed' },
      { seq: 9 },
    ]) {
      expect((await asker.patch(`/help-requests/${id}`, body)).status).toBe(400);
    }
    expect((await helper.patch(`/help-requests/${id}`, { title: 'Mine' })).status).toBe(403);
    must(await asker.post(`/help-requests/${id}/offers/${offerId}/accept`));
    const late = await asker.patch(`/help-requests/${id}`, { title: 'Late' });
    expect([late.status, late.error?.details]).toEqual([409, { status: 'accepted' }]);
  });

  it.each<[string, Json]>([
    ['an offer without a message', { message: undefined }],
    ['an empty message', { message: '' }],
    ['a message that is too long', { message: 'x'.repeat(1001) }],
    ['a price without a currency', { price: { amountMinor: 5 } }],
    ['a price of less than nothing', { price: { amountMinor: -5, currency: 'EUR' } }],
    ['a status', { status: 'accepted' }],
  ])('does not take %s', async (_, fields) => {
    const { helpers, id } = await helpScene(server, 1);
    const [helper] = helpers;
    if (!helper) throw new Error('no helper');
    expect((await offer(helper, id, fields)).error?.code).toBe('VALIDATION_FAILED');
  });

  it('has no path but that of its own offers', async () => {
    const one = await acceptedScene(server);
    const two = await acceptedScene(server);
    for (const [actor, id, offerId] of [
      [one.requester, one.id, two.offerId],
      [two.requester, one.id, two.offerId],
      [one.requester, two.id, one.offerId],
    ] as const) {
      const path = `/help-requests/${id}/offers/${offerId}`;
      const answers = [
        await actor.post(`${path}/accept`),
        await actor.post(`${path}/decline`),
        await actor.post(`${path}/withdraw`),
        await actor.get(`${path}/messages`),
        await actor.post(`${path}/messages`, { text: 'Hello' }),
      ];
      for (const { status } of answers) expect([403, 404]).toContain(status);
    }
    expect((await one.requester.get('/help-requests/nonsense')).status).toBe(400);
    expect((await one.requester.get(`/help-requests/${'f'.repeat(24)}`)).status).toBe(404);
  });
});
