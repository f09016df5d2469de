import { must, register, type TestActor } from '../../support/actors';
import type { TestApp } from '../../support/app';
import { somewhere } from '../../support/emergencies';
import { book, completedBooking, offer, review, times } from '../../support/skills';
import { combinations, type Lists, type Query } from './list-calls';

/** An owner with two listings, and a client who booked one of them twice. */
async function market(
  server: TestApp,
): Promise<{ owner: TestActor; client: TestActor; skill: string }> {
  const [owner, client] = [await register(server), await register(server)];
  await offer(owner, { category: 'music' });
  const skill = (await offer(owner)).id;
  await completedBooking(server, owner, client, skill);
  must(await book(client, skill, times(server, 48)));
  return { owner, client, skill };
}

const choices = {
  category: [undefined, 'tutoring'],
  minRating: [undefined, 4],
  availableAt: [undefined, '2027-03-28T07:30:00Z'],
};
const price = { currency: ['EUR'], minPrice: [undefined, 100], maxPrice: [undefined, 5000] };
const place = { ...somewhere(), radiusMeters: 10_000 };

/** Every sort, with what it needs, behind these filters. */
const searches = (filters: Parameters<typeof combinations>[0]): Query[] => [
  ...combinations({ ...filters, sort: [undefined, 'newest', 'rating'] }),
  ...combinations({ ...filters, ...price, sort: [undefined, 'price'] }),
  ...combinations({ ...filters, q: ['maths'], sort: [undefined, 'relevance', 'newest'] }),
  ...combinations({ ...filters, q: [undefined, 'maths'], sort: ['distance', 'newest'] }).map(
    (query) => ({ ...query, ...place }),
  ),
];

export const lists: Lists = {
  'GET /api/v1/skills': async (server) => ({
    as: (await market(server)).owner,
    path: '/skills',
    queries: [
      ...searches(choices),
      // Its own index serves all of them, so that half of the filters is enough.
      ...searches({ mine: [true], availableAt: choices.availableAt }),
    ],
  }),

  'GET /api/v1/skills/:id/reviews': async (server) => {
    const { owner, skill } = await market(server);
    for (const client of [await register(server), await register(server)]) {
      const booking = await completedBooking(server, owner, await client.logIn(), skill);
      must(await review(await client.logIn(), booking, 5));
    }
    return { as: owner, path: `/skills/${skill}/reviews`, queries: [{}] };
  },

  'GET /api/v1/bookings': async (server) => ({
    as: (await market(server)).client,
    path: '/bookings',
    queries: combinations({
      as: [undefined, 'client', 'owner'],
      status: [undefined, 'requested', 'completed'],
    }),
  }),
};
