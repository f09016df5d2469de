import { AppealTokens } from '../../src/modules/auth/appeal-tokens';
import { must, register, staff, type TestActor } from '../support/actors';
import { claim, punish, reported } from '../support/moderation';
import { Types } from 'mongoose';
import type { Cast } from './cast';
import type { AccessRequests } from './requests';

/** A report of the bystander that is open: each column decides one of its own. */
async function openReport({ server, bystander }: Cast): Promise<{ id: string }> {
  return { id: await reported(await register(server), 'user', bystander.id) };
}

/** The same, taken by whoever may take it. */
async function claimedReport(cast: Cast, self: TestActor): Promise<{ id: string }> {
  const report = await openReport(cast);
  await claim(self, report.id);
  return report;
}

/** Somebody was warned, by an admin who is nobody of the table; gives the decision. */
async function warned({ server }: Cast, person: TestActor): Promise<string> {
  const reporter = await register(server);
  // Who is suspended is found by those alone who blocked them.
  must(await reporter.put(`/users/me/blocks/${person.id}`));
  const { decisionId } = await punish(await staff(server, 'admin'), reporter, person, 'warn');
  return decisionId ?? '';
}

async function appealed(cast: Cast): Promise<{ id: string }> {
  const person = await register(cast.server);
  const decisionId = await warned(cast, person);
  const { data } = must(
    await person.post<{ id: string }>('/appeals', { decisionId, text: 'It was a joke.' }),
  );
  return { id: data.id };
}

const warning = () => ({ action: 'warn', reason: 'This is not how we talk.' });

export const requests: AccessRequests = {
  'GET /api/v1/admin/reports/:id': { params: openReport },
  'POST /api/v1/admin/reports/:id/claim': { params: openReport },
  'POST /api/v1/admin/reports/:id/decide': { params: openReport, body: warning },
  'POST /api/v1/admin/reports/:id/decide (claimed)': { params: claimedReport, body: warning },
  'POST /api/v1/appeals': {
    body: async (cast) => ({
      decisionId: await warned(cast, await register(cast.server)),
      text: 'It was a joke.',
    }),
  },
  'POST /api/v1/appeals (about me)': {
    body: async (cast, self) => ({ decisionId: await warned(cast, self), text: 'It was a joke.' }),
  },
  'POST /api/v1/appeals/by-link': {
    body: async (cast) => {
      const decision = new Types.ObjectId(await warned(cast, await register(cast.server)));
      return { token: cast.server.get(AppealTokens).sign(decision), text: 'It was a joke.' };
    },
  },
  'POST /api/v1/admin/appeals/:id/decide': {
    params: appealed,
    body: () => ({ outcome: 'overturn', reason: 'Nobody was meant.' }),
  },
};
