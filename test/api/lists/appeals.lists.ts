import { must, register, staff, type TestActor } from '../../support/actors';
import type { TestApp } from '../../support/app';
import { punish } from '../../support/moderation';
import { combinations, type Lists } from './list-calls';

/** Somebody who was warned twice and appealed both times. */
async function warnedTwice(server: TestApp): Promise<TestActor> {
  const moderator = await staff(server, 'moderator');
  const person = await register(server);
  for (let time = 0; time < 2; time += 1) {
    const { decisionId } = await punish(moderator, await register(server), person, 'warn');
    must(await person.post('/appeals', { decisionId, text: 'It was a joke.' }));
  }
  return person;
}

export const lists: Lists = {
  'GET /api/v1/appeals': async (server) => ({
    as: await warnedTwice(server),
    path: '/appeals',
    queries: [{}],
  }),

  'GET /api/v1/appeals/decisions': async (server) => ({
    as: await warnedTwice(server),
    path: '/appeals/decisions',
    queries: [{}],
  }),

  'GET /api/v1/admin/appeals': async (server) => {
    await warnedTwice(server);
    return {
      as: await staff(server, 'moderator'),
      path: '/admin/appeals',
      queries: combinations({ status: [undefined, 'open'] }),
    };
  },
};
