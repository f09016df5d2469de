import { Types } from 'mongoose';
import { HOUR } from '../../src/common/time/clock';
import { must, register, type TestActor } from '../support/actors';
import { act, book, offer, skillFields, times } from '../support/skills';
import type { Cast } from './cast';
import type { AccessRequests } from './requests';

type Params = Record<'id', string>;

/** Nobody can be booked twice for one time. */
let hour = 24;
const nextTimes = ({ server }: Cast) => times(server, (hour += 1));

const listing = async ({ people }: Cast, fields = {}): Promise<Params> => ({
  id: (await offer(people.requester, fields)).id,
});

/** What the requester asked somebody for: somebody else each time, as few requests of one client may wait for one owner. */
async function askedOf(cast: Cast): Promise<Params & { owner: TestActor }> {
  const owner = await register(cast.server);
  const skill = await offer(owner);
  const { id } = must(await book(cast.people.requester, skill.id, nextTimes(cast))).data;
  return { id, owner };
}

const asked = async (cast: Cast): Promise<Params> => ({ id: (await askedOf(cast)).id });

/** What somebody asked the requester for. */
async function askedOfRequester(cast: Cast): Promise<Params> {
  const { id: skill } = await listing(cast);
  const { id } = must(await book(await register(cast.server), skill, nextTimes(cast))).data;
  return { id };
}

/** It is written that it lies behind: were the clock moved, everybody's token would be too old. */
async function over(cast: Cast): Promise<Params> {
  const { id, owner } = await askedOf(cast);
  must(await act(owner, id, 'accept'));
  const { clock, connection } = cast.server;
  const hours = (ago: number): Date => new Date(clock.now().getTime() - ago * HOUR);
  await connection
    .collection('bookings')
    .updateOne({ _id: new Types.ObjectId(id) }, { $set: { startsAt: hours(2), endsAt: hours(1) } });
  return { id };
}

async function completed(cast: Cast): Promise<Params> {
  const { id } = await over(cast);
  must(await act(cast.people.requester, id, 'complete'));
  return { id };
}

const report = (kind: string, { id }: Params) => ({ subject: { kind, id }, reason: 'other' });

export const requests: AccessRequests = {
  'POST /api/v1/skills': { body: () => skillFields() },
  'GET /api/v1/skills/:id': { params: (cast) => listing(cast) },
  'GET /api/v1/skills/:id (paused)': { params: (cast) => listing(cast, { status: 'paused' }) },
  'PATCH /api/v1/skills/:id': {
    params: (cast) => listing(cast),
    body: () => ({ title: 'Maths' }),
  },
  'DELETE /api/v1/skills/:id': { params: (cast) => listing(cast) },
  'GET /api/v1/skills/:id/reviews': { params: (cast) => listing(cast) },
  'POST /api/v1/skills/:id/bookings': { params: (cast) => listing(cast), body: nextTimes },
  'GET /api/v1/bookings/:id': { params: asked },
  'POST /api/v1/bookings/:id/accept': { params: askedOfRequester },
  'POST /api/v1/bookings/:id/decline': { params: askedOfRequester },
  'POST /api/v1/bookings/:id/cancel': { params: asked },
  'POST /api/v1/bookings/:id/complete': { params: over },
  'POST /api/v1/bookings/:id/review': { params: completed, body: () => ({ rating: 5 }) },
  'POST /api/v1/reports (skill)': { body: async (cast) => report('skill', await listing(cast)) },
  'POST /api/v1/reports (booking)': { body: async (cast) => report('booking', await asked(cast)) },
};
