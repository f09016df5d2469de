import { type Json, must, type TestActor } from '../support/actors';
import { acceptOffer, ask, helpStep, offer, write } from '../support/help-requests';
import type { Cast } from './cast';
import type { AccessRequest, AccessRequests } from './requests';

/**
 * A request of the requester's round which everybody stands as in the emergency: alerted has an offer that is open,
 * withdrawn gave theirs up, and responder is the chosen helper where one was chosen,
 * with an open offer before that.
 */
interface Stage {
  id: string;
  alertedOffer: string;
  responderOffer: string;
}

type Until = 'offered' | 'accepted' | 'started' | 'done' | 'completed';

async function stage({ people, place }: Cast, until: Until): Promise<Stage> {
  const { requester, alerted, responder, withdrawn } = people;
  const { id } = must(await ask(requester, { location: place })).data;
  const alertedOffer = must(await offer(alerted, id)).data.id;
  const responderOffer = must(await offer(responder, id)).data.id;
  const gone = must(await offer(withdrawn, id)).data.id;
  must(await acceptOffer(requester, id, gone));
  must(await helpStep(withdrawn, id, 'withdraw'));
  const steps: [Until, () => Promise<unknown>][] = [
    ['accepted', async () => must(await acceptOffer(requester, id, responderOffer))],
    ['started', async () => must(await helpStep(responder, id, 'start'))],
    ['done', async () => must(await helpStep(responder, id, 'done'))],
    ['completed', async () => must(await helpStep(requester, id, 'complete'))],
  ];
  const last = steps.findIndex(([name]) => name === until);
  for (const [, step] of steps.slice(0, last + 1)) await step();
  return { id, alertedOffer, responderOffer };
}

/** What only reads is asked of one request for all columns. */
const shared = new WeakMap<TestActor, Promise<Stage>>();

function looking(): AccessRequest {
  return {
    params: async (cast) => {
      const { requester } = cast.people;
      const made = shared.get(requester) ?? stage(cast, 'accepted');
      shared.set(requester, made);
      const { id, responderOffer } = await made;
      return { id, offerId: responderOffer };
    },
  };
}

function acting(
  until: Until,
  whose: 'alertedOffer' | 'responderOffer' = 'responderOffer',
  body?: () => Json,
): AccessRequest {
  return {
    params: async (cast) => {
      const made = await stage(cast, until);
      return { id: made.id, offerId: made[whose] };
    },
    ...(body ? { body } : {}),
  };
}

/** Reports what is not the caller's: the request, and what was written in the thread of the chosen helper. */
function reporting(kind: 'help_request' | 'message', idOf: (cast: Cast) => Promise<string>) {
  return {
    body: async (cast: Cast) => ({
      subject: { kind, id: await idOf(cast) },
      reason: 'other',
    }),
  };
}

export const requests: AccessRequests = {
  'POST /api/v1/help-requests': {
    body: ({ place }) => ({
      title: 'Carry a sofa',
      description: 'Third floor.',
      category: 'moving',
      location: place,
    }),
  },
  'GET /api/v1/help-requests/:id': looking(),
  'GET /api/v1/help-requests/:id/events': looking(),
  'GET /api/v1/help-requests/:id/offers': looking(),
  'GET /api/v1/help-requests/:id/ratings': looking(),
  'GET /api/v1/help-requests/:id/offers/:offerId/messages': looking(),
  'PATCH /api/v1/help-requests/:id': acting('offered', undefined, () => ({ priority: 'high' })),
  'DELETE /api/v1/help-requests/:id': acting('offered'),
  'POST /api/v1/help-requests/:id/offers': acting('offered', undefined, () => ({
    message: 'I can come.',
  })),
  'POST /api/v1/help-requests/:id/offers/:offerId/accept': acting('offered', 'alertedOffer'),
  'POST /api/v1/help-requests/:id/offers/:offerId/decline': acting('offered', 'alertedOffer'),
  'POST /api/v1/help-requests/:id/offers/:offerId/withdraw': acting('accepted'),
  'POST /api/v1/help-requests/:id/offers/:offerId/messages': acting('accepted', undefined, () => ({
    text: 'Saturday at ten?',
  })),
  'POST /api/v1/help-requests/:id/start': acting('accepted'),
  'POST /api/v1/help-requests/:id/done': acting('started'),
  'POST /api/v1/help-requests/:id/objection': acting('done'),
  'POST /api/v1/help-requests/:id/complete': acting('started'),
  'POST /api/v1/help-requests/:id/withdraw': acting('accepted'),
  'POST /api/v1/help-requests/:id/cancel': acting('offered'),
  'POST /api/v1/help-requests/:id/ratings': acting('completed', undefined, () => ({ rating: 5 })),
  'POST /api/v1/reports (help request)': reporting(
    'help_request',
    async (cast) => (await stage(cast, 'offered')).id,
  ),
  'POST /api/v1/reports (offer)': reporting(
    'message',
    async (cast) => (await stage(cast, 'offered')).alertedOffer,
  ),
  'POST /api/v1/reports (message of a thread)': reporting('message', async (cast) => {
    const { id, responderOffer } = await stage(cast, 'accepted');
    return must(await write(cast.people.responder, id, responderOffer, { text: 'Pay first.' })).data
      .id;
  }),
};
