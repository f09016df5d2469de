import { subject, subscribed } from '../support/subscriptions';
import type { Cast } from './cast';
import type { AccessRequests } from './requests';

/** Each of another business: it has one subscription at a time, and nobody belongs to that many organizations. */
async function active({ server, people }: Cast): Promise<Record<'id', string>> {
  const { id } = await subscribed(server, { kind: 'business', payer: people.requester });
  return { id };
}

export const requests: AccessRequests = {
  'POST /api/v1/subscriptions': {
    body: async ({ people }) => ({
      plan: 'business_plus',
      subject: { kind: 'business', id: await subject(people.requester, 'business') },
    }),
  },
  'POST /api/v1/subscriptions/:id/cancel': { params: active },
  'POST /api/v1/subscriptions/:id/change': {
    params: active,
    body: () => ({ plan: 'business_pro' }),
  },
};
