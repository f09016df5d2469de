import { must, register, staff } from '../../support/actors';
import { combinations, type Lists } from './list-calls';

export const lists: Lists = {
  'GET /api/v1/admin/audit': async (server) => {
    const admin = await staff(server, 'admin');
    const person = await register(server);
    for (const verified of [true, false, true]) {
      must(await admin.patch(`/admin/users/${person.id}`, { verified }));
    }
    return {
      as: admin,
      path: '/admin/audit',
      queries: combinations({
        actor: [undefined, admin.id],
        target: [undefined, person.id],
        action: [undefined, 'user.changed'],
      }),
    };
  },
};
