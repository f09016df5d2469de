import { must, register, staff } from '../../support/actors';
import type { TestActor } from '../../support/actors';
import { claim } from '../../support/moderation';
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
    const person = await reporter(server);
    const moderator = await staff(server, 'moderator');
    const { items } = must(await person.get<{ items: { id: string }[] }>('/reports')).data;
    for (const { id } of items) must(await claim(moderator, id));
    return {
      as: moderator,
      path: '/admin/reports',
      queries: combinations({
        status: [undefined, 'open', 'claimed'],
        kind: [undefined, 'user'],
        mine: [undefined, true],
      }),
    };
  },
};
