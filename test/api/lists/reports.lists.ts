import { must, register, staff } from '../../support/actors';
import type { TestActor } from '../../support/actors';
import type { TestApp } from '../../support/app';
import { combinations, type Lists } from './list-calls';

async function reporter(server: TestApp): Promise<TestActor> {
  const person = await register(server);
  for (const { id } of [await register(server), await register(server)]) {
    must(await person.post('/reports', { subject: { kind: 'user', id }, reason: 'spam' }));
  }
  return person;
}

export const lists: Lists = {
  'GET /api/v1/reports': async (server) => ({
    as: await reporter(server),
    path: '/reports',
    queries: [{}],
  }),

  'GET /api/v1/admin/reports': async (server) => {
    await reporter(server);
    return {
      as: await staff(server, 'moderator'),
      path: '/admin/reports',
      queries: combinations({ status: [undefined, 'open'] }),
    };
  },
};
