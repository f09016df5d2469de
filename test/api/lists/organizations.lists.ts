import { must, register, uniqueEmail } from '../../support/actors';
import { found, HOUSE, invite, join, joined } from '../../support/organizations';
import { combinations, type Lists } from './list-calls';

const WHERE = combinations({
  latitude: [HOUSE.latitude],
  longitude: [HOUSE.longitude],
  radiusMeters: [undefined, 1000],
  sort: [undefined, 'newest', 'distance'],
});

export const lists: Lists = {
  'GET /api/v1/organizations': async (server) => {
    const founder = await register(server);
    for (const name of ['Lindenhof 12', 'Lindenhof 13']) {
      await found(founder, { name, location: HOUSE });
    }
    const filters = combinations({
      q: [undefined, 'lindenhof'],
      type: [undefined, 'apartment'],
      mine: [undefined, true, false],
    });
    const queries = filters.flatMap((filter) => [
      filter,
      { ...filter, sort: 'newest' },
      ...(filter.q === undefined ? [] : [{ ...filter, sort: 'relevance' }]),
      ...WHERE.map((where) => ({ ...filter, ...where })),
    ]);
    return { as: founder, path: '/organizations', queries };
  },

  'GET /api/v1/organizations/:id/members': async (server) => {
    const { id } = await found(await register(server));
    const person = await joined(server, id);
    const blocked = await joined(server, id);
    must(await person.put(`/users/me/blocks/${blocked.id}`));
    return {
      as: person,
      path: `/organizations/${id}/members`,
      queries: combinations({ role: [undefined, 'member', 'admin'] }),
    };
  },

  'GET /api/v1/organizations/:id/join-requests': async (server) => {
    const founder = await register(server);
    const { id } = await found(founder, { joinPolicy: 'request' });
    for (const person of [await register(server), await register(server)]) {
      must(await join(person, id));
    }
    return { as: founder, path: `/organizations/${id}/join-requests`, queries: [{}] };
  },

  'GET /api/v1/organizations/:id/invitations': async (server) => {
    const founder = await register(server);
    const { id } = await found(founder);
    for (const email of [uniqueEmail(), uniqueEmail()]) must(await invite(founder, id, email));
    return { as: founder, path: `/organizations/${id}/invitations`, queries: [{}] };
  },
};
