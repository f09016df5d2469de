import { must } from '../support/actors';
import { askFor, type OwnVerification, type Verification } from '../support/verification';
import type { Cast } from './cast';
import type { AccessRequests } from './requests';

/** A request of the bystander's that waits: each decision needs one of its own. */
async function pending({ bystander }: Cast): Promise<Record<string, string>> {
  const { data } = await bystander.get<OwnVerification>('/users/me/verification');
  if (data.latest?.status === 'pending') return { id: data.latest.id };
  return { id: must(await askFor(bystander)).data.latest?.id ?? '' };
}

async function approved(cast: Cast): Promise<Record<string, string>> {
  const { id = '' } = await pending(cast);
  must(await cast.people.admin.post(`/admin/verifications/${id}/approve`));
  return { id };
}

async function documentLink(cast: Cast): Promise<Record<string, string>> {
  const { id } = await pending(cast);
  const { data } = must(
    await cast.people.moderator.get<Verification>(`/admin/verifications/${id}`),
  );
  return { token: new URL(data.documents[0]?.url ?? '').pathname.split('/').at(-1) ?? '' };
}

export const requests: AccessRequests = {
  'POST /api/v1/users/me/verification': { form: () => ({ kind: 'identity' }), spoils: 'people' },
  'DELETE /api/v1/users/me/verification': {
    params: async (_, self) => {
      await askFor(self);
      return {};
    },
  },
  'GET /api/v1/admin/verifications/:id': { params: pending },
  'GET /api/v1/files/:token (a document)': { params: documentLink },
  'POST /api/v1/admin/verifications/:id/approve': { params: pending, spoils: 'nothing' },
  'POST /api/v1/admin/verifications/:id/reject': {
    params: pending,
    body: () => ({ reason: 'It cannot be read.' }),
    spoils: 'nothing',
  },
  'POST /api/v1/admin/verifications/:id/revoke': {
    params: approved,
    body: () => ({ reason: 'It was forged.' }),
    spoils: 'nothing',
  },
};
