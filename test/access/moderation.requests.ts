import { register, type TestActor } from '../support/actors';
import { claim, reported } from '../support/moderation';
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

const warning = () => ({ action: 'warn', reason: 'This is not how we talk.' });

export const requests: AccessRequests = {
  'GET /api/v1/admin/reports/:id': { params: openReport },
  'POST /api/v1/admin/reports/:id/claim': { params: openReport },
  'POST /api/v1/admin/reports/:id/decide': { params: openReport, body: warning },
  'POST /api/v1/admin/reports/:id/decide (claimed)': { params: claimedReport, body: warning },
};
