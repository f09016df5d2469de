import { Types } from 'mongoose';
import { DAY } from '../../src/common/time/clock';
import type { BookingDto } from '../../src/modules/skills/bookings/dto/booking.view.dto';
import { adminOf, type Answer, must, register, type TestActor } from '../support/actors';
import type { TestApp } from '../support/app';
import { patiently, startTwoNodes, together } from '../support/race';
import { act, book, offer, review, seeBooking, times } from '../support/skills';

jest.setTimeout(180_000);

const ROUNDS = 10;

const outcome = ({ status, error }: Answer<unknown>): string =>
  error ? `${status} ${error.code}` : String(status);

const counted = (outcomes: string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const one of outcomes) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
};

/** Two nodes: on one of them alone, transactions about the same owner would wait for each other before the database is asked. */
describe('Bookings of one owner at the same moment, on two nodes', () => {
  let server: TestApp;
  let node: TestApp;
  let close: () => Promise<void>;
  let owner: TestActor;
  let client: TestActor;
  let listings: string[];
  let day = 1;

  beforeAll(async () => {
    ({ server, node, close } = await startTwoNodes());
    owner = await register(server);
    listings = [];
    for (const title of ['Maths', 'Physics', 'Piano']) {
      listings.push((await offer(owner, { title })).id);
    }
  });
  // No more than twenty requests of one client wait for an answer, and some rounds leave as many.
  beforeEach(async () => {
    client = await register(server);
  });
  afterAll(() => close());

  const onEither = (actor: TestActor, index: number) => actor.on(index % 2 === 0 ? server : node);

  async function requested(index: number, startsInHours: number, hours: number): Promise<string> {
    const skill = listings[index % listings.length] ?? '';
    return must(await book(client, skill, times(server, startsInHours, hours))).data.id;
  }

  const accepted = async (): Promise<BookingDto[]> => {
    const { data } = await owner.get<{ items: BookingDto[] }>(
      '/bookings?as=owner&status=accepted&limit=100',
    );
    return data.items;
  };

  it.each(Array.from({ length: ROUNDS }, (_, round) => round))(
    'twenty that overlap, of three listings, are accepted in parallel: one is (round %i)',
    async () => {
      day += 1;
      const ids: string[] = [];
      // Each begins a little later than the one before, and all of them share the last hour of the first.
      for (let index = 0; index < 20; index += 1) {
        ids.push(await requested(index, day * 24 + index / 60, 2));
      }
      const answers = await Promise.all(
        ids.map((id, index) =>
          patiently(onEither(owner, index), (self) => act(self, id, 'accept')),
        ),
      );
      expect(counted(answers.map(outcome))).toEqual({ '200': 1, '409 CONFLICT': 19 });
      const winner = answers.find(({ status }) => status === 200)?.data.id;
      expect((await accepted()).map(({ id }) => id)).toContain(winner);
      const taken = (await accepted()).filter(({ id }) => ids.includes(id));
      expect(taken).toHaveLength(1);
    },
  );

  it.each(Array.from({ length: ROUNDS }, (_, round) => round))(
    'thirty are asked for by one client in parallel: twenty are (round %i)',
    async () => {
      const guest = await register(server);
      const [first = '', second = ''] = listings;
      const wanted = times(server, 8000);
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          patiently(onEither(guest, index), (self) =>
            book(self, index % 3 ? first : second, wanted),
          ),
        ),
      );
      expect(counted(answers.map(outcome))).toEqual({ '201': 20, '409 CONFLICT': 10 });
    },
  );

  it.each(Array.from({ length: ROUNDS }, (_, round) => round))(
    'the first that an owner ever accepts meet: one is (round %i)',
    async () => {
      const fresh = await register(server);
      const guest = await register(server);
      const { id: skill } = await offer(fresh);
      const ids: string[] = [];
      for (let index = 0; index < 6; index += 1) {
        ids.push(must(await book(guest, skill, times(server, 24))).data.id);
      }
      const answers = await Promise.all(
        ids.map((id, index) =>
          patiently(onEither(fresh, index), (self) => act(self, id, 'accept')),
        ),
      );
      expect(counted(answers.map(outcome))).toEqual({ '200': 1, '409 CONFLICT': 5 });
    },
  );

  it('twenty that follow on one another are accepted in parallel: all are, as an end is not part of its booking', async () => {
    day += 2;
    const ids: string[] = [];
    for (let index = 0; index < 20; index += 1)
      ids.push(await requested(index, day * 24 + index, 1));
    const answers = await Promise.all(
      ids.map((id, index) => patiently(onEither(owner, index), (self) => act(self, id, 'accept'))),
    );
    expect(counted(answers.map(outcome))).toEqual({ '200': 20 });
  });

  it.each(Array.from({ length: ROUNDS }, (_, round) => round))(
    'an acceptance and a cancellation meet: the booking ends cancelled, and the timeline says how (round %i)',
    async (round) => {
      day += 1;
      const id = await requested(round, day * 24, 1);
      const [accept, cancel] = await together(
        round,
        () => act(owner, id, 'accept'),
        () => act(client.on(node), id, 'cancel'),
      );
      expect(['200', '409 INVALID_TRANSITION']).toContain(outcome(accept));
      expect(outcome(cancel)).toBe('200');
      const { status, seq } = must(await seeBooking(client, id)).data;
      expect([status, seq]).toEqual(['cancelled', accept.status === 200 ? 3 : 2]);
    },
  );

  it.each(Array.from({ length: ROUNDS }, (_, round) => round))(
    'a request and the removal of the listing meet: no booking of it stays open (round %i)',
    async (round) => {
      day += 1;
      const skill = await offer(owner);
      const [wanted] = await together(
        round,
        () => book(client, skill.id, times(server, day * 24)),
        () => owner.on(node).delete(`/skills/${skill.id}`),
      );
      expect(['201', '404 NOT_FOUND', '409 CONFLICT']).toContain(outcome(wanted));
      const open = await server.connection
        .collection('bookings')
        .countDocuments({ skill: new Types.ObjectId(skill.id), open: true });
      expect(open).toBe(0);
    },
  );

  it.each(Array.from({ length: ROUNDS }, (_, round) => round))(
    'an acceptance and the suspension of the client meet: nothing of theirs stays open (round %i)',
    async (round) => {
      day += 1;
      const guest = await register(server);
      const skill = listings[0] ?? '';
      const { id } = must(await book(guest, skill, times(server, day * 24))).data;
      const admin = await adminOf(server);
      const [accept] = await together(
        round,
        () => act(owner, id, 'accept'),
        () => admin.on(node).patch(`/admin/users/${guest.id}`, { status: 'suspended' }),
      );
      expect(['200', '409 INVALID_TRANSITION']).toContain(outcome(accept));
      const { status, endedBy } = must(await seeBooking(owner, id)).data;
      expect([status, endedBy]).toEqual(['cancelled', 'system']);
    },
  );

  it('fifty reviews of one listing at once give the right count and average', async () => {
    const skill = await offer(owner, { title: 'Chess' });
    const ids: string[] = [];
    for (let index = 0; index < 50; index += 1) {
      const at = times(server, (day + 2) * 24 + index);
      const { id } = must(await book(client, skill.id, at)).data;
      must(await act(owner, id, 'accept'));
      ids.push(id);
    }
    for (const { clock } of [server, node]) clock.advance((day + 6) * DAY);
    client = await client.logIn();
    for (const id of ids) must(await act(client, id, 'complete'));
    const ratings = ids.map((_, index) => (index % 5) + 1);
    // Each is sent twice, with a key of its own: half of a hundred must be refused.
    const outcomes = await Promise.all(
      [...ids, ...ids].map((id, index) =>
        patiently(onEither(client, index), (self) =>
          review(self, id, ratings[index % ids.length] ?? 0),
        ),
      ),
    );
    expect(counted(outcomes.map(outcome))).toEqual({ '201': 50, '409 CONFLICT': 50 });
    const { data } = must(await client.get(`/skills/${skill.id}`));
    expect(data.rating).toEqual({ average: 3, count: 50 });
    const stored = await server.connection
      .collection('skills')
      .findOne({ _id: new Types.ObjectId(skill.id) });
    expect([stored?.ratingCount, stored?.ratingSum, stored?.rating]).toEqual([50, 150, 3]);
  });
});
