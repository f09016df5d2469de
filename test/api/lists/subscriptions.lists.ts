import { register } from '../../support/actors';
import { begun } from '../../support/subscriptions';
import type { Lists } from './list-calls';

export const lists: Lists = {
  'GET /api/v1/subscriptions': async (server) => {
    const payer = await register(server);
    await begun(server, { payer });
    await begun(server, { payer, kind: 'business' });
    return { as: payer, path: '/subscriptions', queries: [{}] };
  },
};
