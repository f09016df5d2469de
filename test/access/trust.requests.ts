import { must } from '../support/actors';
import { step } from '../support/emergencies';
import type { AccessRequests } from './requests';

/** What each row of trust.access-matrix.md sends. */
export const requests: AccessRequests = {
  'POST /api/v1/emergencies/:id/responses/:helperId/confirm': {
    params: async (cast) => {
      await cast.once('completed', async () => {
        for (const status of ['on_way', 'arrived', 'completed']) {
          must(await step(cast.people.responder, cast.emergencyId, status));
        }
      });
      return { helperId: cast.people.responder.id };
    },
  },
};
