import { register } from '../../support/actors';
import { around, openBusiness, promote, shopPlace } from '../../support/businesses';
import { combinations, type Lists } from './list-calls';

const HOURS = {
  timeZone: 'Europe/Berlin',
  slots: [{ day: 3, from: '09:00', to: '18:00' }],
};

export const lists: Lists = {
  'GET /api/v1/businesses': async (server) => {
    const owner = await register(server);
    const place = shopPlace();
    for (let shop = 0; shop < 3; shop += 1) {
      const { id } = await openBusiness(owner, { location: place, openingHours: HOURS });
      await promote(server, owner, id);
    }
    const filters = combinations({
      q: [undefined, 'bakery'],
      category: [undefined, 'restaurant'],
      openAt: [undefined, '2026-11-25T10:00:00Z'],
      withPromotions: [undefined, true],
      mine: [undefined, true],
    });
    const near = around(place, 50_000);
    const sorted = combinations({
      verified: [undefined, false],
      category: [undefined, 'restaurant'],
      sort: [undefined, 'newest'],
    });
    return {
      as: owner,
      path: '/businesses',
      queries: [
        ...filters.flatMap((filter) => [filter, { ...filter, ...near }]),
        ...sorted.flatMap((filter) => [
          filter,
          { ...filter, ...near },
          { ...filter, ...near, sort: 'distance' },
          { ...filter, ...near, q: 'bakery', sort: 'relevance' },
          { ...filter, q: 'bakery', mine: true, sort: 'newest' },
        ]),
      ],
    };
  },
};
