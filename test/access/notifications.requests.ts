import { deadLetter } from '../support/notifications';
import type { AccessRequests } from './requests';

export const requests: AccessRequests = {
  'POST /api/v1/notifications/read': { body: () => ({ all: true }) },
  'PUT /api/v1/users/me/notification-preferences': {
    body: () => ({ locale: 'en', channels: {}, quietHours: null }),
  },
  'POST /api/v1/admin/notifications/:id/retry': {
    params: async ({ server }) => ({ id: await deadLetter(server) }),
  },
};
