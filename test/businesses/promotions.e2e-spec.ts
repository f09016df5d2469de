import { Types } from 'mongoose';
import { DAY, HOUR, later, MINUTE } from '../../src/common/time/clock';
import type { PromotionView } from '../../src/modules/businesses/dto/promotion.view.dto';
import { must, register, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import {
  around,
  ids,
  look,
  openBusiness,
  promote,
  promotionFields,
  search,
  shopPlace,
} from '../support/businesses';
import { eventually } from '../support/eventually';
import { north, objectId, outcome } from '../support/emergencies';
import { closeSockets, TestSocket } from '../support/sockets';

describe('Promotions', () => {
  let server: TestApp;
  let owner: TestActor;
  let customer: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
    owner = await register(server);
    customer = await register(server);
  });

  afterEach(closeSockets);

  afterAll(() => server.close());

  const states = async (who: TestActor, id: string): Promise<string[]> =>
    (await look(who, id)).promotions.map(({ state }) => state);

  it('start and end by the clock, with nothing that has to run', async () => {
    const { id } = await openBusiness(owner);
    const promotion = await promote(server, owner, id, 0.05, 0.1);
    expect(promotion.state).toBe('scheduled');
    expect(await states(customer, id)).toEqual([]);
    server.clock.advance(3 * MINUTE);
    expect(await states(owner, id)).toEqual(['running']);
    expect(await states(customer, id)).toEqual(['running']);
    server.clock.advance(3 * MINUTE);
    expect(await states(owner, id)).toEqual(['ended']);
    expect(await states(customer, id)).toEqual([]);
    server.clock.advance(-6 * MINUTE);
  });

  it('of a free business run one after the other, never two at once, whatever is tried', async () => {
    const { id } = await openBusiness(owner);
    const create = (from: number, to: number) =>
      owner.post<PromotionView>(`/businesses/${id}/promotions`, promotionFields(server, from, to));
    const first = must(await create(10, 20)).data;
    expect(outcome(await create(5, 11))).toBe('409 CONFLICT');
    expect(outcome(await create(19, 30))).toBe('409 CONFLICT');
    expect(outcome(await create(12, 13))).toBe('409 CONFLICT');
    expect(outcome(await create(0, 100))).toBe('409 CONFLICT');
    const answer = await create(10, 20);
    expect(answer.error?.details).toEqual({ tier: 'free', promotionsAtOnce: 1 });
    // What ends as another starts does not meet it.
    const { data: second } = must(
      await owner.post<PromotionView>(`/businesses/${id}/promotions`, {
        ...promotionFields(server, 0, 30),
        startsAt: first.endsAt,
      }),
    );
    const move = (endsAt: Date | string) =>
      owner.patch(`/businesses/${id}/promotions/${first.id}`, { endsAt });
    expect(outcome(await move(later(new Date(first.endsAt), 1)))).toBe('409 CONFLICT');
    must(await move(first.endsAt));
    // A place that a removed one leaves is free at once.
    must(await owner.delete(`/businesses/${id}/promotions/${second.id}`));
    must(await create(20, 25));
  });

  it.each<[string, object, string]>([
    ['an end that is past', { startsAt: undefined, endsAt: '2020-01-01T00:00:00Z' }, 'endsAt'],
    ['an end before the start', hours(5, 4), 'endsAt'],
    ['a period without length', hours(5, 5), 'endsAt'],
    ['more than 366 days', hours(1, 1 + 366 * 24 + 1), 'endsAt'],
    ['a start in more than a year', hours(366 * 24, 367 * 24), 'startsAt'],
    ['an end without a zone', { endsAt: '2030-01-01T00:00:00' }, 'endsAt'],
    ['an end that is a number', { endsAt: 1_900_000_000_000 }, 'endsAt'],
    ['a discount that is none', { discount: {} }, 'discount'],
    [
      'a discount that is two',
      { discount: { percent: 10, amount: { amountMinor: 100, currency: 'EUR' } } },
      'discount',
    ],
    ['a discount above all', { discount: { percent: 101 } }, 'discount.percent'],
    [
      'a currency that is none',
      { discount: { amount: { amountMinor: 100, currency: 'XXY' } } },
      'discount.amount.currency',
    ],
    ['an audience of nobody', { audienceRadiusMeters: 0 }, 'audienceRadiusMeters'],
    ['a title of blanks', { title: '  ' }, 'title'],
    ['a state', { state: 'running' }, 'state'],
    ['counts', { views: 1000 }, 'views'],
  ])('with %s are refused, made and changed', async (_, wrong, field) => {
    const { id } = await openBusiness(owner);
    const { id: promotion } = await promote(server, owner, id, 1, 2);
    const made = { ...promotionFields(server, 10, 20), ...wrong };
    for (const answer of [
      await owner.post(`/businesses/${id}/promotions`, made),
      await owner.patch(`/businesses/${id}/promotions/${promotion}`, wrong),
    ]) {
      expect(answer.error).toMatchObject({
        code: 'VALIDATION_FAILED',
        details: [expect.objectContaining({ field })],
      });
    }
  });

  it('that run keep their start and can be changed; what is over cannot', async () => {
    const { id } = await openBusiness(owner);
    const running = await promote(server, owner, id, 0, 1, {
      discount: { amount: { amountMinor: 250, currency: 'EUR' } },
      audienceRadiusMeters: 500,
    });
    const path = `/businesses/${id}/promotions/${running.id}`;
    server.clock.advance(MINUTE);
    const changed = must(
      await owner.patch<PromotionView>(path, {
        title: 'Three for two',
        startsAt: '2026-01-01T00:00:00Z',
        discount: null,
        audienceRadiusMeters: null,
      }),
    ).data;
    expect(changed).toEqual({
      ...running,
      title: 'Three for two',
      discount: null,
      audienceRadiusMeters: null,
    });
    must(await owner.delete(path));
    for (const answer of [
      await owner.patch(path, { title: 'Again' }),
      await owner.post(`${path}/click`),
    ]) {
      expect(answer.error).toMatchObject({
        code: 'INVALID_TRANSITION',
        details: { status: 'removed' },
      });
    }
    expect(outcome(await owner.delete(path))).toBe('404 NOT_FOUND');
    // For others it is not there at all.
    expect((await customer.post(`${path}/click`)).status).toBe(404);
  });

  it('may last a year, and are counted until their end', async () => {
    const { id } = await openBusiness(owner);
    const { id: promotion } = await promote(server, owner, id, 0, 366 * 24);
    must(await customer.post(`/businesses/${id}/promotions/${promotion}/click`));
    const counts = server.connection.collection('promotion_counts');
    const row = await eventually(async () => {
      const found = await counts.findOne({ promotion: new Types.ObjectId(promotion) });
      expect(found).not.toBeNull();
      return found;
    });
    const keptAfterEnd = later(server.clock.now(), (366 + 90) * DAY);
    expect(row?.expiresAt.getTime()).toBeGreaterThan(keptAfterEnd.getTime());
  });

  it('do not make the document grow: past ones give way to new ones', async () => {
    const { id } = await openBusiness(owner);
    const past = Array.from({ length: 40 }, (_, index) => ({
      _id: new server.connection.base.Types.ObjectId(),
      title: `Past ${index}`,
      description: 'Over.',
      discount: null,
      startsAt: later(new Date(), -(index + 2) * DAY),
      endsAt: later(new Date(), -(index + 1) * DAY),
      audienceRadiusMeters: null,
      createdAt: new Date(),
      removedAt: null,
    }));
    await server.connection
      .collection('businesses')
      .updateOne({ _id: objectId(server, id) }, { $set: { promotions: past } });
    await promote(server, owner, id);
    const { promotions } = await look(owner, id);
    expect(promotions).toHaveLength(30);
    expect(promotions.map(({ title }) => title)).toContain('Past 0');
    expect(promotions.map(({ title }) => title)).not.toContain('Past 39');
  });

  it('to come are twenty at most', async () => {
    const { id } = await openBusiness(owner);
    for (let index = 0; index < 20; index += 1) {
      await promote(server, owner, id, 10 * index, 10 * index + 5);
    }
    const answer = await owner.post(
      `/businesses/${id}/promotions`,
      promotionFields(server, 1000, 1001),
    );
    expect(outcome(answer)).toBe('409 CONFLICT');
  });

  it('with an audience are listed to those alone who search from within it', async () => {
    const place = shopPlace();
    const { id } = await openBusiness(owner, { location: place, category: 'education' });
    await promote(server, owner, id, 0, 1, { audienceRadiusMeters: 1000 });
    const from = (meters: number) => around(north(place, meters));
    const shown = async (query: Record<string, number | string>): Promise<[number, string[]]> => {
      const { items } = await search(customer, query);
      const own = items.find((one) => one.id === id);
      const promoted = ids(await search(customer, { ...query, withPromotions: true }));
      return [own?.promotions.length ?? -1, promoted];
    };
    expect(await shown(from(900))).toEqual([1, [id]]);
    expect(await shown(from(1100))).toEqual([0, []]);
    expect(await shown({ category: 'education' })).toEqual([0, []]);
    // On its own page it is no secret; and its people always see it.
    expect(await states(customer, id)).toEqual(['running']);
    expect((await search(owner, from(4000))).items[0]?.promotions).toHaveLength(1);
  });

  it('are found by withPromotions while they run, and not before, after, or once removed', async () => {
    const place = shopPlace();
    const running = await openBusiness(owner, { location: place });
    const scheduled = await openBusiness(owner, { location: place });
    const removed = await openBusiness(owner, { location: place });
    await openBusiness(owner, { location: place });
    await promote(server, owner, running.id, 0, 0.1);
    await promote(server, owner, scheduled.id, 0.1, 0.2);
    const gone = await promote(server, owner, removed.id, 0, 0.1);
    must(await owner.delete(`/businesses/${removed.id}/promotions/${gone.id}`));
    const promoted = async () =>
      ids(await search(customer, { ...around(place), withPromotions: true }));
    expect(await promoted()).toEqual([running.id]);
    server.clock.advance(0.1 * HOUR);
    expect(await promoted()).toEqual([scheduled.id]);
    server.clock.advance(-0.1 * HOUR);
  });

  it('are removed by moderators, who may not change them; it is recorded, and its people hear of it', async () => {
    const moderator = await staff(server, 'moderator');
    const { id } = await openBusiness(owner);
    const { id: promotion } = await promote(server, owner, id);
    const path = `/businesses/${id}/promotions/${promotion}`;
    const socket = await TestSocket.connect(owner);
    expect((await moderator.patch(path, { title: 'Mine' })).status).toBe(403);
    must(await moderator.delete(path));
    const { data } = await socket.event('business.promotion_removed');
    expect(data).toEqual({ promotionId: promotion, by: { role: 'moderator', id: null } });
    const entries = await server.connection
      .collection('audit_log')
      .find({ target: objectId(server, promotion) })
      .toArray();
    expect(entries).toEqual([
      expect.objectContaining({ actor: moderator.objectId, action: 'promotion.removed' }),
    ]);
    expect(await states(customer, id)).toEqual([]);
    expect(await states(owner, id)).toEqual(['removed']);
  });

  it('can be reported by whoever is shown them', async () => {
    const { id } = await openBusiness(owner);
    const running = await promote(server, owner, id, 0, 1);
    const scheduled = await promote(server, owner, id, 10, 11);
    const report = (who: TestActor, subject: string) =>
      who.post('/reports', { subject: { kind: 'promotion', id: subject }, reason: 'fraud' });
    expect((await report(customer, running.id)).status).toBe(201);
    expect((await report(customer, scheduled.id)).status).toBe(404);
    expect((await report(owner, running.id)).status).toBe(400);
    const business = { subject: { kind: 'business', id }, reason: 'spam' };
    expect((await customer.post('/reports', business)).status).toBe(201);
  });
});

/** From and to so many hours from now. */
function hours(from: number, to: number): object {
  const at = (count: number): string => later(new Date(), count * HOUR).toISOString();
  return { startsAt: at(from), endsAt: at(to) };
}
