import { must } from '../support/actors';
import { businessFields, openBusiness, promote, promotionFields } from '../support/businesses';
import type { Cast } from './cast';
import type { AccessRequests } from './requests';

/** A business of the requester's that the alerted helper manages, with a promotion that runs. */
async function business({ server, people, bystander }: Cast): Promise<Record<string, string>> {
  const { id } = await openBusiness(people.requester);
  must(await people.requester.put(`/businesses/${id}/managers/${people.alerted.id}`));
  const promotion = await promote(server, people.requester, id);
  return { id, promotionId: promotion.id, userId: bystander.id };
}

/** What each row of businesses.access-matrix.md sends. */
export const requests: AccessRequests = {
  'POST /api/v1/businesses': { body: () => businessFields() },
  'GET /api/v1/businesses/:id': { params: business },
  'PATCH /api/v1/businesses/:id': { params: business, body: () => ({ name: 'Another name' }) },
  'DELETE /api/v1/businesses/:id': { params: business },
  'PUT /api/v1/businesses/:id/managers/:userId': { params: business },
  'DELETE /api/v1/businesses/:id/managers/:userId': {
    params: async (cast) => ({ ...(await business(cast)), userId: cast.people.alerted.id }),
  },
  'POST /api/v1/businesses/:id/promotions': {
    params: business,
    body: ({ server }) => promotionFields(server, 48, 72),
  },
  'PATCH /api/v1/businesses/:id/promotions/:promotionId': {
    params: business,
    body: () => ({ title: 'Another title' }),
  },
  'DELETE /api/v1/businesses/:id/promotions/:promotionId': { params: business },
  'POST /api/v1/businesses/:id/promotions/:promotionId/click': { params: business },
  'PATCH /api/v1/admin/businesses/:id': { params: business, body: () => ({ verified: true }) },
};
