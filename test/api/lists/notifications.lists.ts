import { must, staff } from '../../support/actors';
import { helpScene, offer } from '../../support/help-requests';
import { deadLetter } from '../../support/notifications';
import { combinations, type Lists } from './list-calls';

export const lists: Lists = {
  'GET /api/v1/notifications': async (server) => {
    const { requester, helpers, id } = await helpScene(server, 3);
    for (const helper of helpers) must(await offer(helper, id));
    return {
      as: requester,
      path: '/notifications',
      queries: combinations({ unread: [undefined, true, false] }),
    };
  },

  'GET /api/v1/admin/notifications/dead': async (server) => {
    await deadLetter(server);
    await deadLetter(server);
    return {
      as: await staff(server, 'moderator'),
      path: '/admin/notifications/dead',
      queries: combinations({ channel: [undefined, 'email'] }),
    };
  },
};
