import { type Json, must } from '../support/actors';
import type { Cast } from './cast';
import type { AccessRequests } from './requests';

const report = (kind: string, id: string): Json => ({ subject: { kind, id }, reason: 'other' });

async function messageOf({ people, emergencyId }: Cast): Promise<string> {
  const { data } = must(
    await people.responder.post<{ id: string }>(`/emergencies/${emergencyId}/messages`, {
      text: 'I am at the back door.',
    }),
  );
  return data.id;
}

export const requests: AccessRequests = {
  'POST /api/v1/reports (user)': { body: ({ bystander }) => report('user', bystander.id) },
  'POST /api/v1/reports (emergency)': {
    body: ({ emergencyId }) => report('emergency', emergencyId),
  },
  'POST /api/v1/reports (message)': {
    body: async (cast) => report('message', await messageOf(cast)),
  },
};
