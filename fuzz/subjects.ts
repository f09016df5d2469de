import type { Call } from '../src/demo/client/api-client';

/** Sends one request as somebody; an answer that is no success ends the run. */
export type Ask = <T = { id: string }>(
  method: Call['method'],
  path: string,
  body: unknown,
  token: string,
) => Promise<T>;

/** Somebody to make things for. */
export interface Person {
  id: string;
  token: string;
}

/** Where everybody is. */
export const PLACE = { latitude: 51.34, longitude: 12.37 };
const TOMORROW = Date.now() + 86_400_000;
const tomorrow = (hours: number): string => new Date(TOMORROW + hours * 3_600_000).toISOString();
const ALL_WEEK = {
  timeZone: 'Europe/Berlin',
  slots: [0, 1, 2, 3, 4, 5, 6].map((day) => ({ day, from: '00:00', to: '24:00' })),
};

/**
 * Something of every domain between two people: made-up ids are all 404, these exist.
 *
 * @returns the fuzzer's settings that use them.
 */
export async function prepareSubjects(
  ask: Ask,
  one: Person,
  other: Person,
  staff: Person,
): Promise<string> {
  const sos = await ask('POST', '/emergencies', { type: 'medical', location: PLACE }, one.token);
  const text = { title: 'Fuzzed', description: 'Something to ask about.' };
  const help = await ask(
    'POST',
    '/help-requests',
    { ...text, category: 'moving', location: PLACE },
    one.token,
  );
  const offer = await ask(
    'POST',
    `/help-requests/${help.id}/offers`,
    { message: 'I come.' },
    other.token,
  );
  const skill = await ask(
    'POST',
    '/skills',
    {
      ...text,
      category: 'tutoring',
      pricing: { type: 'free' },
      availability: ALL_WEEK,
      location: PLACE,
    },
    other.token,
  );
  const booking = await ask(
    'POST',
    `/skills/${skill.id}/bookings`,
    { startsAt: tomorrow(0), endsAt: tomorrow(1) },
    one.token,
  );
  const { description } = text;
  const business = await ask(
    'POST',
    '/businesses',
    { name: 'Fuzzed', description, category: 'retail', location: PLACE },
    one.token,
  );
  const promotion = await ask(
    'POST',
    `/businesses/${business.id}/promotions`,
    { ...text, endsAt: tomorrow(0) },
    one.token,
  );
  const organization = await ask(
    'POST',
    '/organizations',
    { name: 'Fuzzed', description, type: 'ngo', joinPolicy: 'open', location: PLACE },
    one.token,
  );
  await ask('POST', `/organizations/${organization.id}/join`, {}, other.token);
  const { subscription, payment } = await ask<{
    subscription: { id: string };
    payment: { id: string };
  }>(
    'POST',
    '/subscriptions',
    { plan: 'organization_plus', subject: { kind: 'organization', id: organization.id } },
    one.token,
  );
  const verification = await ask<{ latest: { id: string } }>(
    'POST',
    '/users/me/verification',
    formWithDocument(),
    one.token,
  );
  const report = (kind: string, id: string): Promise<{ id: string }> =>
    ask('POST', '/reports', { subject: { kind, id }, reason: 'spam' }, other.token);
  const open = await report('help_request', help.id);
  const decided = await report('business', business.id);
  await ask('POST', `/admin/reports/${decided.id}/claim`, {}, staff.token);
  const decision = { action: 'warn', reason: 'Less of it, please.' };
  await ask('POST', `/admin/reports/${decided.id}/decide`, decision, staff.token);
  const appeal = await ask(
    'POST',
    '/appeals',
    { reportId: decided.id, text: 'It is no spam.' },
    one.token,
  );
  return [
    about('emergencies', { id: sos.id, helperId: other.id }),
    about('help-requests', { id: help.id, offerId: offer.id }),
    about('skills', { id: skill.id }),
    about('bookings', { id: booking.id }),
    about('businesses', { id: business.id, promotionId: promotion.id, userId: other.id }),
    about('organizations', { id: organization.id, userId: other.id }),
    about('subscriptions', { id: subscription.id }),
    about('payments', { id: payment.id }),
    about('admin/reports', { id: open.id }),
    about('admin/appeals', { id: appeal.id }),
    about('admin/verifications', { id: verification.latest.id }),
  ].join('\n');
}

function formWithDocument(): FormData {
  const form = new FormData();
  form.append('kind', 'identity');
  form.append('documents', new Blob(['%PDF-1.7\n%%EOF\n']), 'card.pdf');
  return form;
}

function about(collection: string, ids: Record<string, string>): string {
  const parameters = Object.entries(ids).map(([name, id]) => `"path.${name}" = "${id}"`);
  return `[[operations]]
include-path-regex = "^/api/v1/${collection}/[{]id[}]"
parameters = { ${parameters.join(', ')} }
`;
}
