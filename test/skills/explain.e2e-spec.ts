import { must, register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { explainAll } from '../support/explain';
import { somewhere } from '../support/emergencies';
import {
  act,
  book,
  completedBooking,
  type List,
  offer,
  type Query,
  search,
  times,
} from '../support/skills';

describe('The lists of skills and bookings', () => {
  let server: TestApp;
  let owner: TestActor;
  let client: TestActor;
  let skill: string;

  beforeAll(async () => {
    server = await startTestApp({ monitorCommands: true });
    owner = await register(server);
    client = await register(server);
    // Something of each kind to find, and a booking that makes an owner busy.
    for (let index = 0; index < 30; index += 1) {
      skill = (await offer(owner, index % 2 === 0 ? {} : { category: 'music' })).id;
    }
    await completedBooking(server, owner, client, skill);
    const { id } = must(await book(client, skill, times(server, 24))).data;
    must(await act(owner, id, 'accept'));
    must(await book(client, skill, times(server, 48)));
  });
  afterAll(() => server.close());

  const place = somewhere();
  const q: Query = { q: 'maths' };
  const category: Query = { category: 'tutoring' };
  const currency: Query = { currency: 'EUR' };
  const soon: Query = { availableAt: '2027-03-28T07:30:00Z' };
  const sorts: Query[] = [
    {},
    { sort: 'newest' },
    { sort: 'rating' },
    { ...currency, sort: 'price' },
    { ...place, sort: 'distance' },
    { ...q, sort: 'relevance' },
  ];
  const filters: Query[] = [
    {},
    category,
    { minRating: 4 },
    currency,
    { ...currency, minPrice: 100 },
    { ...currency, maxPrice: 5000 },
    { ...currency, minPrice: 100, maxPrice: 5000 },
    soon,
    { ...category, ...soon },
    { ...category, minRating: 4 },
    { ...category, ...currency, maxPrice: 5000 },
    { ...place },
    { ...place, ...category, ...soon },
    q,
    { ...q, ...category, ...soon },
    { ...q, ...place },
    { ...q, ...place, ...category, ...currency, minPrice: 1, minRating: 1, ...soon },
  ];

  it.each(sorts.flatMap((sort) => filters.map((filter) => ({ ...filter, ...sort }))))(
    'read no collection from end to end: GET /skills with %j',
    async (query) => {
      const reads = await explainAll(server, async () => {
        const { data } = must(await search(client, { ...query, limit: 1 }));
        const cursor = data.nextCursor;
        if (cursor) must(await search(client, { ...query, limit: 1, cursor }));
      });
      expect(reads).toBeGreaterThan(0);
    },
  );

  it.each([
    '/skills/mine?limit=1',
    '/bookings?limit=1',
    '/bookings?as=client',
    '/bookings?as=owner&status=requested',
    '/bookings?status=completed',
  ])('read no collection from end to end: GET %s', async (path) => {
    await explainAll(server, async () => {
      const { data } = must(await client.get<List<object>>(path));
      if (data.nextCursor) must(await client.get(`${path}&cursor=${data.nextCursor}`));
    });
  });

  it('read no collection from end to end: GET /skills/:id/reviews, a request, an acceptance, a removal', async () => {
    await explainAll(server, async () => {
      must(await client.get(`/skills/${skill}/reviews`));
      const { id } = must(await book(client, skill, times(server, 72))).data;
      must(await act(owner, id, 'accept'));
      must(await client.put(`/users/me/blocks/${owner.id}`));
      must(await owner.delete(`/skills/${skill}`));
    });
  });
});
