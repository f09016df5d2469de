import { adminOf, verifiedHelper } from '../../support/actors';
import { renew, somewhere } from '../../support/emergencies';
import { confirmedRescue, ordinaryPerson } from '../../support/trust';
import type { Lists } from './list-calls';

export const lists: Lists = {
  'GET /api/v1/users/me/trust/events': async (server) => {
    const place = somewhere();
    // Other lists have moved the clock.
    await renew(await adminOf(server));
    const helper = await verifiedHelper(server, place);
    for (let rescues = 0; rescues < 2; rescues += 1) {
      await confirmedRescue(await ordinaryPerson(server), helper, place);
    }
    return { as: helper, path: '/users/me/trust/events', queries: [{}] };
  },
};
