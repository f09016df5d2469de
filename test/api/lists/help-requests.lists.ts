import { must, type TestActor } from '../../support/actors';
import type { TestApp } from '../../support/app';
import { ask, helpStep, offer, startedScene, write } from '../../support/help-requests';
import { combinations, type ListCalls, type Lists } from './list-calls';

type Started = Awaited<ReturnType<typeof startedScene>>;

/** A request in progress with an open offer beside the accepted one, and two more that are open. */
async function busy(server: TestApp): Promise<Started & { other: TestActor }> {
  const scene = await startedScene(server, 2);
  const [, other] = scene.helpers;
  if (!other) throw new Error('no second helper');
  const budget = { amountMinor: 2000, currency: 'EUR' };
  for (let index = 0; index < 2; index += 1) {
    must(await ask(scene.requester, { location: scene.place, budget, priority: 'low' }));
  }
  return { ...scene, other };
}

/** What the next column adds to all of the one before would be thousands: these are asked with and without. */
const FILTERS = combinations({
  status: [undefined, 'open', 'completed', 'expired'],
  category: [undefined, 'moving'],
  mine: [undefined, true],
});

export const lists: Lists = {
  'GET /api/v1/help-requests': async (server): Promise<ListCalls> => {
    const { requester, place } = await busy(server);
    const near = { latitude: place.latitude, longitude: place.longitude, radiusMeters: 5000 };
    const budget = { currency: 'EUR', minBudget: 1000, maxBudget: 3000, priority: 'low' };
    return {
      as: requester,
      path: '/help-requests',
      queries: FILTERS.flatMap((filter) => [
        filter,
        { ...filter, ...budget },
        { ...filter, ...near },
        { ...filter, ...near, sort: 'newest' },
        { ...filter, ...near, sort: 'distance' },
        { ...filter, ...near, ...budget, sort: 'distance' },
      ]),
    };
  },

  'GET /api/v1/help-requests/offers': async (server) => {
    const { other, requester, place } = await busy(server);
    const { id } = must(await ask(requester, { location: place })).data;
    must(await offer(other, id));
    return { as: other, path: '/help-requests/offers', queries: [{}] };
  },

  'GET /api/v1/help-requests/:id/offers': async (server) => {
    const { requester, id } = await busy(server);
    return { as: requester, path: `/help-requests/${id}/offers`, queries: [{}] };
  },

  'GET /api/v1/help-requests/:id/events': async (server) => {
    const { requester, id } = await busy(server);
    return {
      as: requester,
      path: `/help-requests/${id}/events`,
      queries: combinations({ afterSeq: [undefined, 0] }),
    };
  },

  'GET /api/v1/help-requests/:id/offers/:offerId/messages': async (server) => {
    const { requester, id, offerId } = await busy(server);
    for (const text of ['One', 'Two']) must(await write(requester, id, offerId, { text }));
    return {
      as: requester,
      path: `/help-requests/${id}/offers/${offerId}/messages`,
      queries: [{}],
    };
  },

  'GET /api/v1/help-requests/:id/ratings': async (server) => {
    const { requester, helper, id } = await busy(server);
    must(await helpStep(requester, id, 'complete'));
    for (const rater of [requester, helper]) {
      must(await rater.post(`/help-requests/${id}/ratings`, { rating: 5 }));
    }
    return { as: requester, path: `/help-requests/${id}/ratings`, queries: [{}] };
  },
};
