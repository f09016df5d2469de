import { randomBytes } from 'node:crypto';
import { must } from '../support/actors';
import { TestSubscription } from '../support/push';
import type { Cast } from './cast';
import type { AccessRequests } from './requests';

const subscription = () =>
  new TestSubscription(`https://push.example.org/${randomBytes(12).toString('hex')}`).toJSON();

/** A device of the requester's. */
async function device({ people }: Cast): Promise<{ id: string; endpoint: string }> {
  const body = subscription();
  const { data } = must(await people.requester.post<{ id: string }>('/users/me/devices', body));
  return { id: data.id, endpoint: body.endpoint };
}

export const requests: AccessRequests = {
  'POST /api/v1/users/me/devices': { body: () => subscription() },
  'DELETE /api/v1/users/me/devices': {
    body: async (cast) => ({ endpoint: (await device(cast)).endpoint }),
  },
  'DELETE /api/v1/users/me/devices/:deviceId': {
    params: async (cast) => ({ deviceId: (await device(cast)).id }),
  },
};
