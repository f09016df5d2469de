import type { AccessRequests } from './requests';

export const requests: AccessRequests = {
  'POST /api/v1/users/me/export': { body: () => ({}) },
};
