import { uniqueEmail, must, type Json, type TestActor } from '../support/actors';
import { step } from '../support/emergencies';
import { EmailLinks } from '../../src/modules/auth/emails/email-links';
import { PasswordResets } from '../../src/modules/auth/passwords/password-resets';
import type { Cast } from './cast';

/** What a success leaves unusable for the next column: everybody, the emergency, or nothing. */
export type Spoils = 'people' | 'emergency' | 'nothing';

export interface AccessRequest {
  /** Values of the path's parameters beside `:id` of an emergency. */
  params?: (
    cast: Cast,
    self: TestActor,
  ) => Promise<Record<string, string>> | Record<string, string>;
  body?: (cast: Cast, self: TestActor) => Promise<Json> | Json;
  /** The fields of a form that goes with one document, in place of `body`. */
  form?: () => Record<string, string>;
  /** Acts with another session of the same account. */
  ownSession?: true;
  spoils?: Spoils;
}

export type AccessRequests = Record<string, AccessRequest>;
export type SocketPayloads = Record<string, (cast: Cast) => Json>;

const NEW_PASSWORD = 'another horse battery';

const toBystander = ({ bystander }: Cast) => ({ id: bystander.id });

/** A contact of the requester's: whose it is decides, not that one is logged in. */
async function contactOf({ people }: Cast): Promise<Record<string, string>> {
  const contact = { name: 'Kim', phone: '+4930123456' };
  const { data } = must(await people.requester.post<{ id: string }>('/users/me/contacts', contact));
  return { contactId: data.id };
}

async function sessionOf({ people }: Cast): Promise<Record<string, string>> {
  const phone = await people.requester.logIn();
  const { data } = must(
    await phone.get<{ items: { id: string; current: boolean }[] }>('/auth/sessions'),
  );
  return { id: data.items.find(({ current }) => current)?.id ?? '' };
}

/** What each row of access-matrix.md sends; rows that are not here send their path alone. */
export const requests: AccessRequests = {
  'POST /api/v1/auth/register': {
    body: () => ({ email: uniqueEmail(), password: NEW_PASSWORD, displayName: 'Somebody' }),
  },
  'POST /api/v1/auth/login': {
    body: (_, { email, password }) => ({ email, password }),
  },
  'POST /api/v1/auth/refresh': {
    body: (_, { refreshToken }) => ({ refreshToken, tokenDelivery: 'body' }),
  },
  'POST /api/v1/auth/logout': { ownSession: true },
  'POST /api/v1/auth/logout-all': { spoils: 'people' },
  'DELETE /api/v1/auth/sessions/:id': { params: sessionOf },
  'POST /api/v1/auth/password': {
    body: (_, { password }) => ({ currentPassword: password, newPassword: NEW_PASSWORD }),
    spoils: 'people',
  },
  'POST /api/v1/auth/password/forgot': { body: (_, { email }) => ({ email }) },
  'POST /api/v1/auth/password/reset': {
    body: async ({ server }, self) => ({
      token: (await server.get(PasswordResets).issue(self.objectId, self.email)).token,
      newPassword: NEW_PASSWORD,
    }),
    spoils: 'people',
  },
  'POST /api/v1/auth/email/verification': { spoils: 'people' },
  'POST /api/v1/auth/email/change': {
    body: (_, { password }) => ({ newEmail: uniqueEmail(), password }),
    spoils: 'people',
  },
  'POST /api/v1/auth/email/verify': {
    body: async ({ server }, { email, objectId: user }) => ({
      token: (await server.get(EmailLinks).issue({ user, email, change: false })).token,
    }),
    spoils: 'people',
  },
  'PATCH /api/v1/users/me': { body: () => ({ bio: 'I know first aid.' }) },
  'DELETE /api/v1/users/me': { body: (_, { password }) => ({ password }), spoils: 'people' },
  'PUT /api/v1/users/me/location': { body: ({ place }) => ({ ...place }) },
  'PATCH /api/v1/users/me/helper': { body: () => ({ helper: true }) },
  'POST /api/v1/users/me/contacts': { body: () => ({ name: 'Kim', phone: '+4930123456' }) },
  'DELETE /api/v1/users/me/contacts/:contactId': { params: contactOf },
  'PUT /api/v1/users/me/blocks/:userId': {
    params: ({ bystander }) => ({ userId: bystander.id }),
  },
  'DELETE /api/v1/users/me/blocks/:userId': {
    params: ({ bystander }) => ({ userId: bystander.id }),
  },
  'GET /api/v1/users/:id': { params: toBystander },
  'GET /api/v1/admin/users/:id': { params: toBystander },
  'PATCH /api/v1/admin/users/:id (verify)': {
    params: toBystander,
    body: () => ({ verified: true }),
    spoils: 'nothing',
  },
  'PATCH /api/v1/admin/users/:id (give a role)': {
    params: toBystander,
    body: () => ({ role: 'moderator' }),
    spoils: 'people',
  },
  'POST /api/v1/emergencies': {
    body: ({ place }) => ({ type: 'other', location: place }),
    spoils: 'people',
  },
  'POST /api/v1/emergencies/:id/responses (accept)': { body: () => ({ answer: 'accept' }) },
  'POST /api/v1/emergencies/:id/responses (decline)': { body: () => ({ answer: 'decline' }) },
  'PATCH /api/v1/emergencies/:id/responses/me (on_way)': { body: () => ({ status: 'on_way' }) },
  'PATCH /api/v1/emergencies/:id/responses/me (withdrawn)': {
    body: () => ({ status: 'withdrawn' }),
  },
  'DELETE /api/v1/emergencies/:id/responses/:helperId': {
    params: ({ people }) => ({ helperId: people.responder.id }),
  },
  'PUT /api/v1/emergencies/:id/location': { body: ({ place }) => ({ ...place }) },
  'POST /api/v1/emergencies/:id/objection': {
    params: async (cast) => {
      await cast.once('completed', async () => {
        for (const status of ['on_way', 'arrived', 'completed']) {
          must(await step(cast.people.responder, cast.emergencyId, status));
        }
      });
      return {};
    },
  },
  'POST /api/v1/emergencies/:id/messages': { body: () => ({ text: 'I am at the back door.' }) },
};

/** What each message of access-matrix.md carries. */
export const messages: SocketPayloads = {
  'emergency.join': ({ emergencyId }) => ({ emergencyId, afterSeq: 0 }),
  'emergency.leave': ({ emergencyId }) => ({ emergencyId }),
  'emergency.sync': ({ emergencyId }) => ({ emergencyId, afterSeq: 0 }),
  'alert.seen': ({ emergencyId }) => ({ emergencyId }),
  'location.update': ({ place }) => ({ ...place }),
  'message.send': ({ emergencyId }) => ({ emergencyId, text: 'Hello', clientId: 'c-1' }),
};
