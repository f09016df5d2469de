import { must, type TestActor } from '../../support/actors';
import type { TestApp } from '../../support/app';
import { accept, cancel, helpersAt, raise, type Scene, scene } from '../../support/emergencies';
import { combinations, type Lists } from './list-calls';

/** A live emergency with a helper who comes, who came to one before. */
async function twice(server: TestApp): Promise<Scene & { helper: TestActor }> {
  const first = await scene(server, 1);
  const [helper] = first.helpers;
  if (!helper) throw new Error('no helper');
  must(await accept(helper, first.id));
  must(await cancel(first.requester, first.id));
  const { id } = must(await raise(first.requester, { location: first.place })).data;
  must(await accept(helper, id));
  return { ...first, id, helper };
}

const EVERY = combinations({
  as: [undefined, 'requester', 'helper'],
  status: [undefined, 'responding', 'cancelled'],
});

export const lists: Lists = {
  'GET /api/v1/emergencies': async (server) => {
    const { requester } = await twice(server);
    return { as: requester, path: '/emergencies', queries: EVERY };
  },

  'GET /api/v1/emergencies/alerts': async (server) => {
    const { helpers, place } = await scene(server, 1);
    const [another] = await helpersAt(server, place, 1);
    const [helper] = helpers;
    if (!helper || !another) throw new Error('no helper');
    must(await raise(another, { location: place }));
    return { as: helper, path: '/emergencies/alerts', queries: [{}] };
  },

  'GET /api/v1/emergencies/:id/events': async (server) => {
    const { requester, id } = await twice(server);
    return {
      as: requester,
      path: `/emergencies/${id}/events`,
      queries: combinations({ afterSeq: [undefined, 0] }),
    };
  },

  'GET /api/v1/emergencies/:id/messages': async (server) => {
    const { requester, id } = await twice(server);
    for (const text of ['One', 'Two']) {
      must(await requester.post(`/emergencies/${id}/messages`, { text }));
    }
    return { as: requester, path: `/emergencies/${id}/messages`, queries: [{}] };
  },
};
