import { must, register } from '../../support/actors';
import { raise, somewhere } from '../../support/emergencies';
import { found, give, joined } from '../../support/organizations';
import type { Lists } from './list-calls';

export const lists: Lists = {
  'GET /api/v1/organizations/:id/emergencies': async (server) => {
    const founder = await register(server);
    const { id } = await found(founder);
    for (const person of [await joined(server, id), await joined(server, id)]) {
      must(await give(founder, id, person.id, { approved: true }));
      must(await person.patch(`/organizations/${id}/members/me`, { shareEmergencies: true }));
      must(await raise(person, { location: somewhere() }));
    }
    return { as: founder, path: `/organizations/${id}/emergencies`, queries: [{}] };
  },
};
