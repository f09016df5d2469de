import { register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { around, openBusiness, promote, search, shopPlace } from '../support/businesses';
import { explainAll } from '../support/explain';

const filters = {
  q: { q: 'bakery' },
  place: around(shopPlace()),
  category: { category: 'restaurant' },
  openAt: { openAt: '2026-11-25T10:00:00Z' },
  withPromotions: { withPromotions: true },
  mine: { mine: true },
};

/** Every set of the filters, the empty one among them. */
const combinations = Object.entries(filters).reduce<[string, object][]>(
  (sets, [name, filter]) => [
    ...sets,
    ...sets.map(([names, set]): [string, object] => [`${names} ${name}`, { ...set, ...filter }]),
  ],
  [['', {}]],
);

describe('Lists of businesses read by an index', () => {
  let server: TestApp;
  let owner: TestActor;
  let customer: TestActor;

  beforeAll(async () => {
    server = await startTestApp({ monitorCommands: true });
    owner = await register(server);
    customer = await register(server);
    for (let shop = 0; shop < 3; shop += 1) {
      const { id } = await openBusiness(owner, {
        location: shopPlace(),
        openingHours: {
          timeZone: 'Europe/Berlin',
          slots: [{ day: 3, from: '09:00', to: '18:00' }],
        },
      });
      await promote(server, owner, id);
    }
  });

  afterAll(() => server.close());

  it.each(combinations)('whatever is asked for:%s', async (_, filter) => {
    const reads = await explainAll(server, async () => {
      await search(customer, { ...filter, limit: 2 });
      await search(owner, { ...filter, limit: 2 });
    });
    expect(reads).toBeGreaterThan(0);
  });

  it('on every page, not only the first', async () => {
    for (const filter of [{}, filters.category, filters.q, around(shopPlace(), 50_000)]) {
      const { nextCursor } = await search(owner, { ...filter, limit: 1 });
      if (nextCursor === null) continue;
      const reads = await explainAll(server, () =>
        search(owner, { ...filter, limit: 1, cursor: nextCursor }),
      );
      expect(reads).toBeGreaterThan(0);
    }
  });

  it('and so does what is about one of them: looking, reporting a promotion, and its people’s accounts', async () => {
    const { id } = await openBusiness(owner);
    const promotion = await promote(server, owner, id);
    const leaving = await register(server);
    const reads = await explainAll(server, async () => {
      await owner.get(`/businesses/${id}`);
      await owner.put(`/businesses/${id}/managers/${leaving.id}`);
      const subject = { kind: 'promotion', id: promotion.id };
      expect((await customer.post('/reports', { subject, reason: 'fraud' })).status).toBe(201);
      await customer.put(`/users/me/blocks/${leaving.id}`);
      await leaving.delete('/users/me', { password: leaving.password });
    });
    expect(reads).toBeGreaterThan(3);
  });
});
