import { randomBytes } from 'node:crypto';
import { Types } from 'mongoose';
import { TrackingService } from '../../src/modules/tracking/tracking.service';
import { must } from '../support/actors';
import { TestSubscription } from '../support/push';
import type { Cast } from './cast';
import type { AccessRequests } from './requests';

const subscription = () =>
  new TestSubscription(`https://push.example.org/${randomBytes(12).toString('hex')}`).toJSON();

/** The link of a contact of the requester's. */
async function tracking({ people, server, emergencyId }: Cast): Promise<{ token: string }> {
  const { requester } = people;
  const known = must(await requester.get<{ items: { id: string }[] }>('/users/me/contacts')).data;
  const contact =
    known.items[0] ??
    must(
      await requester.post<{ id: string }>('/users/me/contacts', {
        name: 'Ada',
        email: 'ada@example.org',
      }),
    ).data;
  const link = server
    .get(TrackingService)
    .link(new Types.ObjectId(emergencyId), server.clock.now(), new Types.ObjectId(contact.id));
  return { token: link.slice(link.lastIndexOf('/') + 1) };
}

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
  'GET /track/:token': { params: (cast) => tracking(cast) },
};
