import { must, register, staff } from '../../support/actors';
import { combinations, type Lists } from './list-calls';

export const lists: Lists = {
  'GET /api/v1/admin/users': async (server) => {
    const admin = await staff(server, 'admin');
    for (const person of [await register(server), await register(server)]) {
      must(await person.patch('/users/me/helper', { helper: true }));
    }
    return {
      as: admin,
      path: '/admin/users',
      queries: combinations({
        status: [undefined, 'active', 'suspended'],
        role: [undefined, 'user'],
        verified: [undefined, false],
        helper: [undefined, true],
        q: [undefined, 'sa'],
      }),
    };
  },

  'GET /api/v1/auth/sessions': async (server) => {
    const person = await register(server);
    await person.logIn();
    return { as: person, path: '/auth/sessions', queries: [{}] };
  },

  'GET /api/v1/users/me/contacts': async (server) => {
    const person = await register(server);
    for (const name of ['Kim', 'Lee']) {
      must(await person.post('/users/me/contacts', { name, phone: '+4930123456' }));
    }
    return { as: person, path: '/users/me/contacts', queries: [{}] };
  },

  'GET /api/v1/users/me/blocks': async (server) => {
    const person = await register(server);
    for (const blocked of [await register(server), await register(server)]) {
      must(await person.put(`/users/me/blocks/${blocked.id}`));
    }
    return { as: person, path: '/users/me/blocks', queries: [{}] };
  },
};
