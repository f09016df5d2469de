import { must, register, staff } from '../../support/actors';
import { applicant, askFor } from '../../support/verification';
import { combinations, type Lists } from './list-calls';

export const lists: Lists = {
  'GET /api/v1/admin/verifications': async (server) => {
    const moderator = await staff(server, 'moderator');
    const twice = await register(server);
    for (const reason of ['It cannot be read.', 'It is not yours.']) {
      const { data } = must(await askFor(twice));
      must(await moderator.post(`/admin/verifications/${data.latest?.id}/reject`, { reason }));
    }
    await applicant(server);
    await applicant(server);
    return {
      as: moderator,
      path: '/admin/verifications',
      queries: combinations({
        status: [undefined, 'rejected'],
        kind: [undefined, 'first_aid'],
        userId: [undefined, twice.id],
      }),
    };
  },
};
