import { acceptedBooking, confirm, pay } from '../support/payments';
import { must } from '../support/actors';
import type { Cast } from './cast';
import type { AccessRequests } from './requests';

type Params = Record<'id', string>;

/** Each payment is of another booking: a thing is paid once. */
const booked = async ({ server, people }: Cast): Promise<string> =>
  (await acceptedBooking(server, undefined, people.requester)).id;

async function pending(cast: Cast): Promise<Params> {
  const { requester } = cast.people;
  const { payment } = must(await pay(requester, 'booking', await booked(cast))).data;
  return { id: payment.id };
}

async function paid(cast: Cast): Promise<Params> {
  const { id } = await pending(cast);
  must(await confirm(cast.people.requester, id, 'success'));
  return { id };
}

export const requests: AccessRequests = {
  'POST /api/v1/payments/intents': {
    body: async (cast) => ({
      purpose: 'booking',
      subject: { kind: 'booking', id: await booked(cast) },
    }),
  },
  'GET /api/v1/payments/:id': { params: pending },
  'POST /api/v1/payments/:id/cancel': { params: pending },
  'POST /api/v1/payments/:id/refunds': {
    params: paid,
    body: () => ({ reason: 'It did not take place.' }),
  },
  'POST /api/v1/payments/:id/sandbox/confirm': { params: pending },
  'POST /api/v1/payments/webhooks/:provider': {
    params: () => ({ provider: 'sandbox' }),
    body: () => ({ id: 'evt_1', type: 'payment.succeeded', data: {} }),
  },
};
