import { Types } from 'mongoose';
import { InvitationTokens } from '../../src/modules/organizations/invitation-tokens';
import type { Invitation } from '../../src/modules/organizations/schemas/invitation.schema';
import { must, type TestActor, uniqueEmail } from '../support/actors';
import { found, HOUSE, invite, join, joinRequests, verifyEmail } from '../support/organizations';
import type { Cast } from './cast';
import type { AccessRequests } from './requests';

type Params = Record<string, string>;

const kept = new WeakMap<TestActor, Map<string, Promise<string>>>();

/** The requester's, one for each row: what a row changes is met by its own columns alone. */
function ofRow(row: string, fields = {}): (cast: Cast) => Promise<{ id: string }> {
  return async ({ people: { requester } }) => {
    const own = kept.get(requester) ?? new Map<string, Promise<string>>();
    kept.set(requester, own);
    const id = own.get(row) ?? found(requester, fields).then((organization) => organization.id);
    own.set(row, id);
    return { id: await id };
  };
}

/** One for each column, for what can be done once. */
const fresh = async ({ people }: Cast, fields = {}): Promise<{ id: string }> => ({
  id: (await found(people.requester, fields)).id,
});

async function withBystander(cast: Cast): Promise<Params> {
  const { id } = await fresh(cast);
  must(await join(cast.bystander, id));
  return { id, userId: cast.bystander.id };
}

async function withRequest(cast: Cast): Promise<Params> {
  const { id } = await fresh(cast, { joinPolicy: 'request' });
  must(await join(cast.bystander, id));
  const [request] = must(await joinRequests(cast.people.requester, id)).data.items;
  return { id, requestId: request?.id ?? '' };
}

async function withInvitation(cast: Cast): Promise<Params> {
  const { id } = await fresh(cast);
  const { data } = must(await invite(cast.people.requester, id, uniqueEmail()));
  return { id, invitationId: data.id };
}

async function tokenTo(cast: Cast, email: string): Promise<string> {
  const { id } = await fresh(cast, { joinPolicy: 'invitation' });
  const { data } = must(await invite(cast.people.requester, id, email));
  const _id = new Types.ObjectId(data.id);
  const row = await cast.server.connection.collection<Invitation>('invitations').findOne({ _id });
  if (!row) throw new Error('no invitation');
  return cast.server.get(InvitationTokens).sign({ invitation: _id, expiresAt: row.expiresAt });
}

const ROUTE = '/api/v1/organizations';

export const requests: AccessRequests = {
  [`POST ${ROUTE}`]: {
    body: () => ({ name: 'Hof', type: 'other', joinPolicy: 'open', location: HOUSE }),
  },
  [`GET ${ROUTE}/:id`]: { params: ofRow('seen') },
  [`PATCH ${ROUTE}/:id`]: { params: ofRow('changed'), body: () => ({ name: 'Lindenhof' }) },
  [`DELETE ${ROUTE}/:id`]: { params: (cast) => fresh(cast) },
  [`POST ${ROUTE}/:id/owner`]: {
    params: withBystander,
    body: ({ bystander }) => ({ userId: bystander.id }),
  },
  [`POST ${ROUTE}/:id/join (open)`]: { params: ofRow('open') },
  [`POST ${ROUTE}/:id/join (request)`]: { params: ofRow('request', { joinPolicy: 'request' }) },
  [`POST ${ROUTE}/:id/join (invitation)`]: {
    params: ofRow('invitation', { joinPolicy: 'invitation' }),
  },
  [`POST ${ROUTE}/:id/leave`]: { params: ofRow('left') },
  [`GET ${ROUTE}/:id/members`]: { params: ofRow('seen') },
  [`PATCH ${ROUTE}/:id/members/:userId`]: {
    params: withBystander,
    body: () => ({ role: 'moderator' }),
  },
  [`DELETE ${ROUTE}/:id/members/:userId`]: { params: withBystander },
  [`GET ${ROUTE}/:id/join-requests`]: { params: ofRow('seen') },
  [`POST ${ROUTE}/:id/join-requests/:requestId/approve`]: { params: withRequest },
  [`POST ${ROUTE}/:id/join-requests/:requestId/reject`]: { params: withRequest },
  [`GET ${ROUTE}/:id/invitations`]: { params: ofRow('seen') },
  [`POST ${ROUTE}/:id/invitations`]: {
    params: ofRow('seen'),
    body: () => ({ email: uniqueEmail() }),
  },
  [`DELETE ${ROUTE}/:id/invitations/:invitationId`]: { params: withInvitation },
  [`POST ${ROUTE}/invitations/accept (to oneself)`]: {
    body: async (cast, self) => {
      await verifyEmail(cast.server, self);
      return { token: await tokenTo(cast, self.email) };
    },
  },
  [`POST ${ROUTE}/invitations/accept (to another)`]: {
    body: async (cast, self) => {
      await verifyEmail(cast.server, self);
      return { token: await tokenTo(cast, uniqueEmail()) };
    },
  },
};
