import { Types } from 'mongoose';
import { coarseCell } from '../../src/common/geo/coarse-cell';
import { DAY, HOUR, MINUTE } from '../../src/common/time/clock';
import { BookingSweeper } from '../../src/modules/skills/bookings/booking.sweeper';
import type { BookingDto } from '../../src/modules/skills/bookings/dto/booking.view.dto';
import {
  adminOf,
  type Answer,
  call,
  must,
  register,
  staff,
  type TestActor,
} from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { somewhere } from '../support/emergencies';
import {
  act,
  ALWAYS,
  book,
  completedBooking,
  type List,
  offer,
  pass,
  refusedFields,
  seeBooking,
  times,
} from '../support/skills';
import { closeSockets, TestSocket } from '../support/sockets';

const outcome = ({ status, error }: Answer<unknown>): string =>
  error ? `${status} ${error.code}` : String(status);

describe('A booking', () => {
  let server: TestApp;
  let owner: TestActor;
  let client: TestActor;
  let skill: string;
  let hour = 24;

  beforeAll(async () => {
    server = await startTestApp();
  });
  // The clock moves on: everybody is new, and their tokens with them.
  beforeEach(async () => {
    owner = await register(server, { displayName: 'Mira Owner' });
    client = await register(server, { displayName: 'Jonas Client' });
    skill = (await offer(owner)).id;
  });
  afterEach(closeSockets);
  afterAll(() => server.close());

  /** Times that no other booking of the test has. */
  const next = (hours = 1) => times(server, (hour += 5), hours);
  const requested = async (wanted = next()): Promise<string> =>
    must(await book(client, skill, wanted)).data.id;
  const accepted = async (wanted = next()): Promise<string> => {
    const id = await requested(wanted);
    must(await act(owner, id, 'accept'));
    return id;
  };
  const sweep = () => server.get(BookingSweeper).sweep();
  const state = async (id: string): Promise<string> =>
    must(await seeBooking(client, id)).data.status;

  /** Every state, and how it comes about. */
  const arrive: Record<string, () => Promise<string>> = {
    requested,
    accepted,
    declined: async () => {
      const id = await requested();
      must(await act(owner, id, 'decline'));
      return id;
    },
    cancelled: async () => {
      const id = await requested();
      must(await act(client, id, 'cancel'));
      return id;
    },
    completed: () => completedBooking(server, owner, client, skill),
    expired: async () => {
      const id = await requested(times(server, 1));
      await pass(server, HOUR, owner, client);
      await sweep();
      return id;
    },
  };

  describe('moves', () => {
    const open = {
      accept: ['requested'],
      decline: ['requested'],
      'cancel (client)': ['requested', 'accepted'],
      'cancel (owner)': ['accepted'],
      complete: [] as string[], // not before its end: below
    };
    // What one did oneself may be repeated.
    const repeats: Record<string, string[]> = {
      decline: ['declined'],
      'cancel (client)': ['cancelled'],
      complete: ['completed'],
    };
    const cases = Object.entries(open).flatMap(([name, from]) =>
      Object.keys(arrive).map((status) => ({
        name,
        status,
        expected: from.includes(status) || repeats[name]?.includes(status) ? 200 : 409,
      })),
    );

    it.each(cases)('$name: from $status it is $expected', async ({ name, status, expected }) => {
      const id = await arrive[status]?.();
      if (id === undefined) throw new Error(`No way to ${status}`);
      expect(await state(id)).toBe(status);
      const [action = ''] = name.split(' ');
      const isClient = name.includes('client') || action === 'complete';
      const answer = await act(isClient ? client : owner, id, action);
      expect(answer.status).toBe(expected);
      if (expected === 200) return;
      expect([answer.error?.code, answer.error?.details]).toEqual([
        'INVALID_TRANSITION',
        { status },
      ]);
      expect(await state(id)).toBe(status);
    });

    it.each([
      ['accepted', 'This booking is accepted already.'],
      ['declined', 'The owner declined this booking.'],
      ['cancelled', 'The client cancelled this booking.'],
      ['completed', 'This booking is completed already.'],
      ['expired', 'This booking has expired'],
    ])('by an answer: what is %s says so', async (status, sentence) => {
      const id = (await arrive[status]?.()) ?? '';
      expect((await act(owner, id, 'accept')).error?.message).toContain(sentence);
    });

    it('with words that may be left out, and the description of the API says so', async () => {
      const { paths, components } = (await (await fetch(`${server.url}/docs-json`)).json()) as {
        paths: Record<string, { post: { requestBody: { required?: boolean } } }>;
        components: { schemas: Record<string, { properties: Record<string, object> }> };
      };
      for (const [dto, field] of [
        ['RequestBookingDto', 'note'],
        ['EndBookingDto', 'reason'],
        ['ReviewBookingDto', 'text'],
      ] as const) {
        expect(components.schemas[dto]?.properties[field]).toMatchObject({
          type: 'string',
          nullable: true,
        });
      }
      for (const action of ['decline', 'cancel']) {
        const body = paths[`/api/v1/bookings/{id}/${action}`]?.post.requestBody;
        expect(body?.required ?? false).toBe(false);
        const id = await requested();
        must(await (action === 'cancel' ? client : owner).post(`/bookings/${id}/${action}`));
      }
    });

    it('by nobody but whose move it is: others who see it are refused, strangers find nothing', async () => {
      const id = await requested();
      const [stranger, moderator] = [await register(server), await staff(server, 'moderator')];
      for (const action of ['accept', 'decline', 'complete']) {
        const by = action === 'complete' ? owner : client;
        expect(outcome(await act(by, id, action))).toBe('403 FORBIDDEN');
      }
      for (const action of ['accept', 'decline', 'cancel', 'complete']) {
        expect(outcome(await act(stranger, id, action))).toBe('404 NOT_FOUND');
        expect(outcome(await act(moderator, id, action))).toBe('403 FORBIDDEN');
      }
      expect(outcome(await seeBooking(stranger, id))).toBe('404 NOT_FOUND');
      expect(must(await seeBooking(moderator, id)).data.viewerRole).toBe('moderator');
      expect(await state(id)).toBe('requested');
    });

    it('to completed from its end on, by the client, and not a millisecond before', async () => {
      const id = await accepted(times(server, 1));
      await pass(server, 2 * HOUR - 5 * MINUTE, owner, client);
      expect(outcome(await act(client, id, 'complete'))).toBe('409 INVALID_TRANSITION');
      await pass(server, 5 * MINUTE, owner, client);
      expect(must(await act(client, id, 'complete')).data.endedBy).toBe('client');
    });

    it('back by its owner until it begins, by the client later too: a review cannot be escaped', async () => {
      const id = await accepted(times(server, 1));
      await pass(server, HOUR, owner, client);
      const late = await act(owner, id, 'cancel', { reason: 'No time' });
      expect(outcome(late)).toBe('409 INVALID_TRANSITION');
      expect(late.error?.message).toContain('the client alone');
      const done = must(await act(client, id, 'cancel', { reason: 'Nobody came' })).data;
      expect([done.status, done.endedBy, done.reason]).toEqual([
        'cancelled',
        'client',
        'Nobody came',
      ]);
    });

    it('once for an Idempotency-Key, and a repeat shows it as it is now', async () => {
      const wanted = next();
      const key = { 'idempotency-key': 'book-1' };
      const first = await client.post<BookingDto>(`/skills/${skill}/bookings`, wanted, key);
      const again = await client.post<BookingDto>(`/skills/${skill}/bookings`, wanted, key);
      expect([first.status, again.status, again.data.id]).toEqual([201, 201, first.data.id]);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      const { id } = first.data;
      const accept = () =>
        owner.post<BookingDto>(`/bookings/${id}/accept`, {}, { 'idempotency-key': 'accept-1' });
      expect(must(await accept()).data.location?.precision).toBe('exact');
      must(await act(client, id, 'cancel'));
      const replay = must(await accept());
      expect(replay.headers.get('idempotency-replayed')).toBe('true');
      expect([replay.data.status, replay.data.location?.precision]).toEqual([
        'cancelled',
        'coarse',
      ]);
    });
  });

  describe('that nobody sees to', () => {
    it('expires unanswered when it would begin, and cannot be accepted from then on, sweeper or not', async () => {
      const id = await requested(times(server, 2));
      await sweep();
      expect(await state(id)).toBe('requested');
      await pass(server, 2 * HOUR, owner, client);
      const late = await act(owner, id, 'accept');
      expect(outcome(late)).toBe('409 INVALID_TRANSITION');
      expect(late.error?.message).toContain('The time to answer is over');
      await sweep();
      const { data } = must(await seeBooking(client, id));
      expect([data.status, data.endedBy, data.dueAt]).toEqual(['expired', 'system', null]);
    });

    it('expires unanswered after seven days where it would begin later', async () => {
      const id = await requested(times(server, 24 * 30));
      await pass(server, 7 * DAY - MINUTE, owner, client);
      await sweep();
      expect(await state(id)).toBe('requested');
      await pass(server, MINUTE, owner, client);
      await sweep();
      expect(await state(id)).toBe('expired');
    });

    it('expires fourteen days after its end where it was accepted and never completed', async () => {
      const id = await accepted(times(server, 1));
      await pass(server, 2 * HOUR + 14 * DAY - MINUTE, owner, client);
      await sweep();
      expect(await state(id)).toBe('accepted');
      await pass(server, MINUTE, owner, client);
      await sweep();
      expect(await state(id)).toBe('expired');
    });
  });

  describe('asked for', () => {
    it.each<[string, (now: number) => [number, number], string]>([
      ['in the past', (now) => [now - MINUTE, now + HOUR], 'startsAt'],
      ['more than a year ahead', (now) => [now + 366 * DAY, now + 366 * DAY + HOUR], 'startsAt'],
      ['backwards', (now) => [now + 2 * HOUR, now + HOUR], 'endsAt'],
      ['for no time', (now) => [now + HOUR, now + HOUR], 'endsAt'],
      ['for more than a day', (now) => [now + HOUR, now + 25 * HOUR + 1], 'endsAt'],
    ])('%s is refused', async (_, at, field) => {
      const [startsAt, endsAt] = at(server.clock.now().getTime());
      const answer = await book(client, skill, {
        startsAt: new Date(startsAt).toISOString(),
        endsAt: new Date(endsAt).toISOString(),
      });
      expect(outcome(answer)).toBe('400 VALIDATION_FAILED');
      expect(refusedFields(answer)).toEqual([field]);
    });

    it.each([
      { startsAt: 'soon' },
      { startsAt: 1_800_000_000 },
      { startsAt: null },
      { endsAt: '2027-02-30T10:00:00Z' },
      { note: '' },
      { note: 'x'.repeat(1001) },
      { price: { amountMinor: 1 } },
      { status: 'accepted' },
      { client: '6561f0a4c2b6a1d2e3f40516' },
    ])('with %j is refused', async (fields) => {
      expect((await book(client, skill, { ...next(), ...fields })).status).toBe(400);
    });

    it('of oneself, of a paused listing or of none is refused', async () => {
      expect(outcome(await book(owner, skill, next()))).toBe('403 FORBIDDEN');
      must(await owner.patch(`/skills/${skill}`, { status: 'paused' }));
      expect(outcome(await book(client, skill, next()))).toBe('404 NOT_FOUND');
      const none = new Types.ObjectId().toHexString();
      expect(outcome(await book(client, none, next()))).toBe('404 NOT_FOUND');
      const moderator = await adminOf(server);
      const admin = await moderator.logIn();
      expect(outcome(await book(admin, skill, next()))).toBe('409 CONFLICT');
    });

    it('at a time at which the owner is taken is refused, and so is accepting it', async () => {
      const wanted = next(2);
      const first = await requested(wanted);
      const second = await requested(wanted);
      must(await act(owner, first, 'accept'));
      const late = await book(client, skill, wanted);
      expect(outcome(late)).toBe('409 CONFLICT');
      const clash = await act(owner, second, 'accept');
      expect(outcome(clash)).toBe('409 CONFLICT');
      expect(await state(second)).toBe('requested');
      must(await act(owner, first, 'cancel'));
      must(await act(owner, second, 'accept'));
    });

    it('of one owner twenty times is as much as may wait for an answer, of all their listings', async () => {
      const other = (await offer(owner)).id;
      const ids: string[] = [];
      for (let index = 0; index < 20; index += 1) {
        ids.push(must(await book(client, index % 2 ? other : skill, times(server, 24))).data.id);
      }
      const more = (by = client) => book(by, other, times(server, 24)).then(outcome);
      expect(await more()).toBe('409 CONFLICT');
      expect(await more(await register(server))).toBe('201');
      const elsewhere = await offer(await register(server));
      must(await book(client, elsewhere.id, times(server, 24)));
      must(await act(owner, ids[0] ?? '', 'decline'));
      must(await act(client, ids[1] ?? '', 'cancel'));
      expect([await more(), await more(), await more()]).toEqual(['201', '201', '409 CONFLICT']);
    });

    it('by two people for times that touch: both are accepted', async () => {
      const { startsAt, endsAt } = next(1);
      const after = new Date(Date.parse(endsAt) + HOUR).toISOString();
      must(await act(owner, await requested({ startsAt, endsAt }), 'accept'));
      must(await act(owner, await requested({ startsAt: endsAt, endsAt: after }), 'accept'));
    });

    it.each([1, MINUTE, DAY])('for %i ms is taken', async (length) => {
      const { startsAt } = next();
      const endsAt = new Date(Date.parse(startsAt) + length).toISOString();
      expect(outcome(await book(client, skill, { startsAt, endsAt }))).toBe('201');
    });

    it('outside the availability is the owner’s to decide: both are told, and it says so for good', async () => {
      const { id: never } = await offer(owner, { availability: { timeZone: 'UTC', slots: [] } });
      const hears = await TestSocket.connect(owner);
      const [outside, inside] = [
        must(await book(client, never, next())).data,
        must(await book(client, skill, next())).data,
      ];
      for (const [{ id, insideAvailability }, expected] of [
        [outside, false],
        [inside, true],
      ] as const) {
        const told = await hears.event('booking.requested', ({ subjectId }) => subjectId === id);
        expect([insideAvailability, told.data]).toEqual([
          expected,
          expect.objectContaining({ insideAvailability: expected }),
        ]);
      }
      must(await owner.patch(`/skills/${never}`, { availability: ALWAYS }));
      const { data } = must(await act(owner, outside.id, 'accept'));
      expect([data.status, data.insideAvailability]).toEqual(['accepted', false]);
    });

    it('knows whether it lies inside by the owner’s clock, also on the day on which it changes', async () => {
      const timeZone = 'Europe/Berlin';
      // All of each day but the hour from 05:00 to 06:00.
      const slots = ALWAYS.slots.flatMap(({ day }) => [
        { day, from: '00:00', to: '05:00' },
        { day, from: '06:00', to: '24:00' },
      ]);
      const { id } = await offer(owner, { availability: { timeZone, slots } });
      const now = server.clock.now();
      const sunday = nextChange(now);
      // Nobody books more than a year ahead.
      const untilShortlyBefore = Date.parse(sunday) - 30 * DAY - now.getTime();
      if (untilShortlyBefore > 0) await pass(server, untilShortlyBefore, owner, client);
      const wanted = (from: string, to: string) => ({
        startsAt: `${sunday}T${from}:00Z`,
        endsAt: `${sunday}T${to}:00Z`,
      });
      const inside = async (from: string, to: string) =>
        must(await book(client, id, wanted(from, to))).data.insideAvailability;
      // At 01:00 UTC the clock goes from 02:00 to 03:00: 05:00 is 03:00 UTC, where it was 04:00 the day before.
      expect(await inside('00:30', '03:01')).toBe(false);
      expect(await inside('00:30', '03:00')).toBe(true);
      expect(await inside('03:30', '03:45')).toBe(false);
      expect(await inside('04:00', '05:00')).toBe(true);
    });

    it('across midnight is inside where both days are', async () => {
      const midnight = new Date(server.clock.now().getTime() + 9 * DAY);
      midnight.setUTCHours(0, 0, 0, 0);
      const around = (before: number, after: number) => ({
        startsAt: new Date(midnight.getTime() - before * HOUR).toISOString(),
        endsAt: new Date(midnight.getTime() + after * HOUR).toISOString(),
      });
      const inside = async (listing: string, before: number, after: number) =>
        must(await book(client, listing, around(before, after))).data.insideAvailability;
      expect(await inside(skill, 2, 22)).toBe(true);
      const day = midnight.getUTCDay();
      const others = ALWAYS.slots.filter((slot) => slot.day !== day);
      const { id } = await offer(owner, { availability: { timeZone: 'UTC', slots: others } });
      expect(await inside(id, 2, 0)).toBe(true);
      expect(await inside(id, 2, 1)).toBe(false);
    });

    it('keeps its price, whatever becomes of the listing', async () => {
      const id = await requested(next(2));
      must(await owner.patch(`/skills/${skill}`, { pricing: { type: 'free' } }));
      must(await act(owner, id, 'accept'));
      expect(must(await seeBooking(client, id)).data.price).toEqual({
        type: 'hourly',
        amountMinor: 2500,
        currency: 'EUR',
        totalMinor: 5000,
      });
    });
  });

  describe('shows', () => {
    it('the exact place to its two people while it is accepted, and to nobody before or after', async () => {
      const place = somewhere();
      skill = (await offer(owner, { location: place })).id;
      const coarse = { ...coarseCell(place), precision: 'coarse' };
      const exact = { ...place, precision: 'exact' };
      const moderator = await staff(server, 'moderator');
      const id = await requested();
      const seen = async () =>
        (await Promise.all([client, owner, moderator].map((actor) => seeBooking(actor, id)))).map(
          ({ data }) => data.location,
        );
      expect(await seen()).toEqual([coarse, coarse, coarse]);
      must(await act(owner, id, 'accept'));
      expect(await seen()).toEqual([exact, exact, coarse]);
      const { data } = must(await client.get<List<BookingDto>>('/bookings?as=client'));
      expect(data.items[0]?.location).toEqual(exact);
      must(await act(client, id, 'cancel'));
      expect(await seen()).toEqual([coarse, coarse, coarse]);
    });

    it('in lists to its two people alone, newest first, as client or owner, by status, page by page', async () => {
      const own = (await offer(client)).id;
      const [first, second] = [await requested(), await accepted()];
      const third = must(await book(owner, own, next())).data.id;
      const list = async (actor: TestActor, query: string) =>
        must(await actor.get<List<BookingDto>>(`/bookings${query}`)).data;
      const ids = async (actor: TestActor, query: string) =>
        (await list(actor, query)).items.map(({ id }) => id);
      expect(await ids(client, '')).toEqual([third, second, first]);
      expect(await ids(client, '?as=client')).toEqual([second, first]);
      expect(await ids(client, '?as=owner')).toEqual([third]);
      expect(await ids(owner, '?as=owner&status=requested')).toEqual([first]);
      expect(await ids(await register(server), '')).toEqual([]);
      expect(await ids(await adminOf(server).then((admin) => admin.logIn()), '')).toEqual([]);
      const page = await list(owner, '?limit=2');
      expect(page.items.map(({ id }) => id)).toEqual([third, second]);
      expect(await ids(owner, `?limit=2&cursor=${page.nextCursor}`)).toEqual([first]);
      for (const query of ['?as=moderator', '?status=over', '?client=x']) {
        expect((await client.get(`/bookings${query}`)).status).toBe(400);
      }
      expect((await client.get('/bookings?cursor=abc')).error?.code).toBe('INVALID_CURSOR');
      expect((await call(server, 'GET', '/bookings')).status).toBe(401);
    });
  });
});

/** The last Sunday of March on which the clocks of Europe go to summer time, as a date; the next one. */
function nextChange(now: Date): string {
  for (const year of [now.getUTCFullYear(), now.getUTCFullYear() + 1]) {
    const last = new Date(Date.UTC(year, 2, 31));
    last.setUTCDate(31 - last.getUTCDay());
    if (last > now) return last.toISOString().slice(0, 10);
  }
  throw new Error('There is a change each year.');
}
