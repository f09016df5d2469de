import { must, register } from '../../support/actors';
import { TestSubscription } from '../../support/push';
import type { Lists } from './list-calls';

export const lists: Lists = {
  'GET /api/v1/users/me/devices': async (server) => {
    const person = await register(server);
    for (const name of ['Phone', 'Laptop']) {
      const { endpoint, keys } = new TestSubscription(`https://push.example.org/${name}`).toJSON();
      must(await person.post('/users/me/devices', { endpoint, keys, name }));
    }
    return { as: person, path: '/users/me/devices', queries: [{}] };
  },
};
