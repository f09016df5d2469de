import { Types } from 'mongoose';
import { HOUR } from '../../src/common/time/clock';
import { BookingSweeper } from '../../src/modules/skills/bookings/booking.sweeper';
import { adminOf, type Answer, must, register, type TestActor } from '../support/actors';
import type { TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import { startTwoNodes, together } from '../support/race';
import { act, book, offer, review, seeBooking, times } from '../support/skills';

const ROUNDS = Array.from({ length: 10 }, (_, round) => round);

const outcome = ({ status, error }: Answer<unknown>): string =>
  error ? `${status} ${error.code}` : String(status);

/** Two nodes, and two things that end a booking in different ways. */
describe('What ends a booking, at the same moment on two nodes', () => {
  let server: TestApp;
  let node: TestApp;
  let close: () => Promise<void>;
  let owner: TestActor;
  let client: TestActor;
  let skill: string;
  let day = 1;

  beforeAll(async () => {
    ({ server, node, close } = await startTwoNodes());
  });
  beforeEach(async () => {
    owner = await register(server);
    client = await register(server);
    skill = (await offer(owner)).id;
  });
  afterAll(() => close());

  const requested = async (): Promise<string> =>
    must(await book(client, skill, times(server, (day += 1) * 24))).data.id;
  const accepted = async (): Promise<string> => {
    const id = await requested();
    must(await act(owner, id, 'accept'));
    return id;
  };
  /**
   * It is written that its time is over: were the clock moved, everybody's token would be too old. What is due is ended by
   * the sweeper of either node at any moment.
   */
  const over = async (id: string, dueHoursAgo = 1): Promise<void> => {
    const ago = (hours: number): Date => new Date(server.clock.now().getTime() - hours * HOUR);
    await server.connection
      .collection('bookings')
      .updateOne(
        { _id: new Types.ObjectId(id) },
        { $set: { startsAt: ago(3), endsAt: ago(2), dueAt: ago(dueHoursAgo) } },
      );
  };
  /** Each change of a booking is one event, and the last of them says how it stands. */
  const timeline = async (id: string): Promise<string[]> => {
    const events = await server.connection
      .collection('events')
      .find({ subject: new Types.ObjectId(id) })
      .sort({ seq: 1 })
      .toArray();
    expect(events.map(({ seq }) => seq as unknown)).toEqual(events.map((_, index) => index + 1));
    const { seq } = must(await seeBooking(owner, id)).data;
    expect(seq).toBe(events.length);
    return events.map(({ type }) => String(type));
  };

  it.each(ROUNDS)('its completion and its lapse: one of them (round %i)', async (round) => {
    const id = await accepted();
    await over(id);
    const [done] = await together(
      round,
      () => act(client, id, 'complete'),
      () => node.get(BookingSweeper).sweep(),
    );
    const { status } = must(await seeBooking(client, id)).data;
    expect([outcome(done), status]).toEqual(
      done.status === 200 ? ['200', 'completed'] : ['409 INVALID_TRANSITION', 'expired'],
    );
    expect(await timeline(id)).toEqual([
      'booking.requested',
      'booking.accepted',
      `booking.${status}`,
    ]);
  });

  it.each(ROUNDS)('a cancellation by each of the two: one of them (round %i)', async (round) => {
    const id = await accepted();
    const answers = await together(
      round,
      () => act(client, id, 'cancel', { reason: 'client' }),
      () => act(owner.on(node), id, 'cancel', { reason: 'owner' }),
    );
    expect(answers.map(outcome).toSorted()).toEqual(['200', '409 INVALID_TRANSITION']);
    const { reason, endedBy } = must(await seeBooking(client, id)).data;
    expect(reason).toBe(endedBy);
    expect(await timeline(id)).toHaveLength(3);
  });

  it.each(ROUNDS)(
    'its acceptance and the suspension of its owner: it ends, and frees the time (round %i)',
    async (round) => {
      const id = await requested();
      const admin = await adminOf(server);
      await together(
        round,
        () => act(owner, id, 'accept'),
        () => admin.on(node).patch(`/admin/users/${owner.id}`, { status: 'suspended' }),
      );
      const { status, endedBy, location } = must(await seeBooking(client, id)).data;
      expect([status, endedBy, location]).toEqual(['cancelled', 'system', null]);
    },
  );

  it.each(ROUNDS)(
    'a request and a block by the owner: nothing of the two stays open (round %i)',
    async (round) => {
      const [wanted] = await together(
        round,
        () => book(client, skill, times(server, 24)),
        () => owner.on(node).put(`/users/me/blocks/${client.id}`),
      );
      expect(['201', '404 NOT_FOUND']).toContain(outcome(wanted));
      await eventually(async () => {
        const open = { client: client.objectId, open: true };
        expect(await server.connection.collection('bookings').countDocuments(open)).toBe(0);
      }, 20_000);
    },
  );

  it.each(ROUNDS)(
    'a review and the erasure of who writes it: no word of theirs stays (round %i)',
    async (round) => {
      const id = await accepted();
      await over(id, -1);
      must(await act(client, id, 'complete'));
      const [written, erased] = await together(
        round,
        () => review(client, id, 4, 'Call me: 555'),
        () => client.on(node).delete('/users/me', { password: client.password }),
      );
      expect(['201', '401 UNAUTHENTICATED']).toContain(outcome(written));
      must(erased);
      const stored = await server.connection
        .collection('reviews')
        .findOne({ booking: new Types.ObjectId(id) });
      expect(stored?.text ?? null).toBeNull();
      const { rating } = must(await owner.get(`/skills/${skill}`)).data;
      expect(rating).toEqual(stored ? { average: 4, count: 1 } : { average: null, count: 0 });
    },
  );
});
