import { subject, subscribed } from '../support/subscriptions';
import type { Cast } from './cast';
import type { AccessRequests } from './requests';

/** Each of another organization: it has one subscription at a time. */
async function active({ server, people }: Cast): Promise<Record<'id', string>> {
  const { id } = await subscribed(server, { payer: people.requester });
  return { id };
}

export const requests: AccessRequests = {
  'POST /api/v1/subscriptions': {
    body: async ({ people }) => ({
      plan: 'organization_plus',
      subject: { kind: 'organization', id: await subject(people.requester, 'organization') },
    }),
  },
  'POST /api/v1/subscriptions/:id/cancel': { params: active },
  'POST /api/v1/subscriptions/:id/change': {
    params: active,
    body: () => ({ plan: 'organization_pro' }),
  },
};
