import { must, register, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { around, ids, look, openBusiness, search, shopPlace } from '../support/businesses';
import { north } from '../support/emergencies';

describe('Finding businesses', () => {
  let server: TestApp;
  let owner: TestActor;
  let customer: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
    owner = await register(server);
    customer = await register(server);
  });

  afterAll(() => server.close());

  /** Every page of a search, asked for with `limit` 2. */
  async function pages(query: Record<string, string | number | boolean>): Promise<string[][]> {
    const all: string[][] = [];
    let cursor: string | null = null;
    do {
      const page = await search(customer, { ...query, limit: 2, ...(cursor ? { cursor } : {}) });
      all.push(ids(page));
      cursor = page.nextCursor;
    } while (cursor !== null);
    return all;
  }

  describe('around a place', () => {
    it('gives the nearest first, to the metre, and nothing outside the radius', async () => {
      const place = shopPlace();
      const shops = [];
      for (const meters of [900, 100, 2000, 500]) {
        shops.push(await openBusiness(owner, { location: north(place, meters) }));
      }
      const [at900, at100, , at500] = shops.map(({ id }) => id);
      const { items } = await search(customer, around(place, 1000));
      expect(items.map(({ id }) => id)).toEqual([at100, at500, at900]);
      expect(items.map(({ distanceMeters }) => distanceMeters)).toEqual([
        expect.closeTo(100, -1),
        expect.closeTo(500, -1),
        expect.closeTo(900, -1),
      ]);
    });

    it('neither repeats nor hides one while others are opened and closed between two pages', async () => {
      const place = shopPlace();
      const shops = [];
      for (const meters of [100, 200, 300, 400, 500]) {
        shops.push(await openBusiness(owner, { location: north(place, meters) }));
      }
      const first = await search(customer, { ...around(place), limit: 2 });
      await openBusiness(owner, { location: north(place, 50) });
      await owner.delete(`/businesses/${shops[0]?.id}`);
      const between = await openBusiness(owner, { location: north(place, 350) });
      const rest = await search(customer, {
        ...around(place),
        limit: 10,
        cursor: first.nextCursor ?? '',
      });
      expect([...ids(first), ...ids(rest)]).toEqual([
        shops[0]?.id,
        shops[1]?.id,
        shops[2]?.id,
        between.id,
        shops[3]?.id,
        shops[4]?.id,
      ]);
    });

    it('pages through shops at one and the same place', async () => {
      const location = shopPlace();
      const opened = [];
      for (let shop = 0; shop < 5; shop += 1) {
        opened.push((await openBusiness(owner, { location })).id);
      }
      const all = await pages(around(location));
      expect(all.map((page) => page.length)).toEqual([2, 2, 1]);
      expect(all.flat().toSorted()).toEqual(opened.toSorted());
    });
  });

  describe('with a sort', () => {
    it('gives the newest around a place, and the best match there, where that is asked for', async () => {
      const place = shopPlace();
      const far = await openBusiness(owner, { name: 'Cardamom', location: north(place, 900) });
      const near = await openBusiness(owner, {
        description: 'Spices, cardamom too.',
        location: north(place, 90),
      });
      const all = { ...around(place), q: 'cardamom' };
      expect(await pages(all)).toEqual([[near.id, far.id]]);
      expect(await pages({ ...all, sort: 'distance' })).toEqual([[near.id, far.id]]);
      expect(await pages({ ...all, sort: 'relevance' })).toEqual([[far.id, near.id]]);
      expect(await pages({ ...around(place), sort: 'newest' })).toEqual([[near.id, far.id]]);
      expect(await pages({ q: 'cardamom', sort: 'newest' })).toEqual([[near.id, far.id]]);
      const { items } = await search(customer, { ...around(place), sort: 'newest' });
      expect(items[0]?.distanceMeters).toEqual(expect.closeTo(90, -1));
      const { nextCursor } = await search(customer, { ...all, sort: 'newest', limit: 1 });
      const foreign = new URLSearchParams({
        latitude: String(place.latitude),
        longitude: String(place.longitude),
        cursor: nextCursor ?? '',
      });
      const answer = await customer.get(`/businesses?${foreign.toString()}`);
      expect(answer.error?.code).toBe('INVALID_CURSOR');
    });

    it.each([
      'sort=distance',
      'sort=relevance',
      'sort=rating',
      'sort=relevance&latitude=1&longitude=1',
    ])('refuses %s without what it needs', async (query) => {
      const { error } = await customer.get(`/businesses?${query}`);
      expect(error).toMatchObject({
        code: 'VALIDATION_FAILED',
        details: [expect.objectContaining({ field: 'sort' })],
      });
    });
  });

  it('by verification finds who waits for a moderator', async () => {
    const place = shopPlace();
    const [verified, waiting] = [
      await openBusiness(owner, { location: place }),
      await openBusiness(owner, { location: place }),
    ];
    const moderator = await staff(server, 'moderator');
    must(await moderator.patch(`/admin/businesses/${verified.id}`, { verified: true }));
    expect(await pages({ ...around(place), verified: true })).toEqual([[verified.id]]);
    expect(await pages({ ...around(place), verified: false })).toEqual([[waiting.id]]);
    const newest = ids(await search(moderator, { verified: false, limit: 1 }));
    expect(newest).toEqual([waiting.id]);
  });

  describe('by words', () => {
    it('gives those that have them in the name before those that have them in the description', async () => {
      const inName = await openBusiness(owner, { name: 'Marzipan and more' });
      const inText = await openBusiness(owner, {
        name: 'Corner shop',
        description: 'We also sell marzipan, sometimes, if there is any left in the shop.',
      });
      expect(await pages({ q: 'marzipan' })).toEqual([[inName.id, inText.id]]);
      expect(await pages({ q: 'MARZIPAN' })).toEqual([[inName.id, inText.id]]);
      expect(await pages({ q: 'marzipan', category: 'healthcare' })).toEqual([[]]);
    });

    it('and a place gives the nearest first, and those alone that have them', async () => {
      const place = shopPlace();
      const far = await openBusiness(owner, { name: 'Saffron', location: north(place, 900) });
      const near = await openBusiness(owner, {
        description: 'Spices, saffron too.',
        location: north(place, 90),
      });
      await openBusiness(owner, { name: 'Pepper', location: place });
      await openBusiness(owner, { name: 'Saffron', location: shopPlace() });
      expect(await pages({ ...around(place), q: 'saffron' })).toEqual([[near.id, far.id]]);
    });

    it('pages through equal matches without repeating one', async () => {
      const opened = [];
      for (let shop = 0; shop < 5; shop += 1) {
        opened.push((await openBusiness(owner, { name: 'Gentian' })).id);
      }
      const all = await pages({ q: 'gentian' });
      expect(all.flat().toSorted()).toEqual(opened.toSorted());
    });

    it('knows no stop words: a name is a name in some language', async () => {
      const { id } = await openBusiness(owner, { name: 'The Who' });
      expect((await pages({ q: 'who' })).flat()).toEqual([id]);
    });

    it('takes a word for a word, whatever it looks like', async () => {
      for (const q of ['$where', '{"$ne":null}', '.*', '"', '-', '\\', 'a"b"c']) {
        expect((await search(customer, { q })).items).toEqual([]);
      }
    });
  });

  it('without place and words gives the newest first', async () => {
    const category = 'automotive';
    const opened = [];
    for (let shop = 0; shop < 3; shop += 1) {
      opened.unshift((await openBusiness(owner, { category })).id);
    }
    expect(await pages({ category })).toEqual([opened.slice(0, 2), opened.slice(2)]);
  });

  it('refuses a cursor of another order', async () => {
    const place = shopPlace();
    for (const meters of [0, 10, 20]) {
      await openBusiness(owner, { name: 'Foreign', location: north(place, meters) });
    }
    const forms: Record<string, string | number>[] = [{}, { q: 'foreign' }, around(place)];
    for (const one of forms) {
      const { nextCursor } = await search(customer, { ...one, limit: 1 });
      for (const other of forms.filter((form) => form !== one)) {
        const query = new URLSearchParams({
          ...Object.fromEntries(Object.entries(other).map(([name, of]) => [name, String(of)])),
          cursor: nextCursor ?? '',
        });
        const answer = await customer.get(`/businesses?${query.toString()}`);
        expect(answer.error?.code).toBe('INVALID_CURSOR');
      }
    }
  });

  describe('that are open', () => {
    const hours = (timeZone: string, slots: object[], exceptions: object[] = []) => ({
      openingHours: { timeZone, slots, exceptions },
    });
    const open = async (at: string, place: { latitude: number; longitude: number }) =>
      ids(await search(customer, { ...around(place), openAt: at }));

    it('are open by their own clock, summer time included', async () => {
      const place = shopPlace();
      // 2026-03-29, 2026-10-25: the clocks of Berlin change. 2026-03-08, 2026-11-01: those of New York.
      const everyDay = [0, 1, 2, 3, 4, 5, 6].map((day) => ({ day, from: '09:00', to: '18:00' }));
      const berlin = await openBusiness(owner, {
        location: place,
        ...hours('Europe/Berlin', everyDay),
      });
      const newYork = await openBusiness(owner, {
        location: north(place, 10),
        ...hours('America/New_York', everyDay),
      });
      const said = [berlin.id, newYork.id];
      const cases: [string, string[]][] = [
        ['2026-01-15T07:59:00Z', []],
        ['2026-01-15T08:00:00Z', [berlin.id]],
        ['2026-01-15T14:00:00Z', said],
        ['2026-01-15T16:59:59Z', said],
        ['2026-01-15T17:00:00Z', [newYork.id]],
        ['2026-07-15T06:59:00Z', []],
        ['2026-07-15T07:00:00Z', [berlin.id]],
        ['2026-07-15T13:00:00Z', said],
        ['2026-07-15T16:00:00Z', [newYork.id]],
        // The day on which Berlin goes to summer time, and the Saturday before.
        ['2026-03-28T07:30:00Z', []],
        ['2026-03-29T07:30:00Z', [berlin.id]],
        // Between the two changes New York is an hour nearer.
        ['2026-03-20T13:30:00Z', said],
        ['2026-03-05T13:30:00Z', [berlin.id]],
        // The same moment, written with an offset.
        ['2026-01-15T09:00:00%2B01:00', [berlin.id]],
      ];
      for (const [at, expected] of cases) {
        expect([at, await open(decodeURIComponent(at), place)]).toEqual([at, expected]);
      }
    });

    it('by the hour that the night of the change has twice, and not by the one it lacks', async () => {
      const place = shopPlace();
      const { id } = await openBusiness(owner, {
        location: place,
        ...hours('Europe/Berlin', [{ day: 0, from: '02:00', to: '03:00' }]),
      });
      // 2026-10-25: 02:30 comes at 00:30 and at 01:30 UTC.
      expect(await open('2026-10-25T00:30:00Z', place)).toEqual([id]);
      expect(await open('2026-10-25T01:30:00Z', place)).toEqual([id]);
      // 2026-03-29: from 01:59 to 03:00.
      expect(await open('2026-03-29T00:59:00Z', place)).toEqual([]);
      expect(await open('2026-03-29T01:00:00Z', place)).toEqual([]);
    });

    it('on other days and hours where a date says so, by the local date', async () => {
      const place = shopPlace();
      const { id } = await openBusiness(owner, {
        location: place,
        ...hours(
          'Pacific/Auckland',
          [4, 5].map((day) => ({ day, from: '09:00', to: '17:00' })),
          [
            { date: '2026-12-24', slots: [{ from: '09:00', to: '12:00' }] },
            { date: '2026-12-25', slots: [] },
            { date: '2026-12-26', slots: [{ from: '20:00', to: '24:00' }] },
          ],
        ),
      });
      // Auckland is 13 hours ahead: the 24th begins at 11:00 of the 23rd.
      expect(await open('2026-12-23T20:30:00Z', place)).toEqual([id]);
      expect(await open('2026-12-23T23:30:00Z', place)).toEqual([]);
      expect(await open('2026-12-24T21:00:00Z', place)).toEqual([]);
      expect(await open('2026-12-26T10:59:00Z', place)).toEqual([id]);
      expect(await open('2026-12-26T11:00:00Z', place)).toEqual([]);
      // A Thursday like any other.
      expect(await open('2026-12-17T02:30:00Z', place)).toEqual([id]);
    });

    it('are never those that do not say when', async () => {
      const place = shopPlace();
      const silent = await openBusiness(owner, { location: place });
      const never = await openBusiness(owner, { location: place, ...hours('UTC', []) });
      expect(await open('2026-01-15T12:00:00Z', place)).toEqual([]);
      expect((await look(customer, silent.id)).openNow).toBeNull();
      expect((await look(customer, never.id)).openNow).toBe(false);
    });

    it('say so of themselves now, by the same rule', async () => {
      const now = server.clock.now();
      const today = now.toISOString().slice(0, 10);
      const everyDay = [0, 1, 2, 3, 4, 5, 6].map((day) => ({ day, from: '00:00', to: '24:00' }));
      const yes = await openBusiness(owner, hours('UTC', everyDay));
      const no = await openBusiness(owner, hours('UTC', everyDay, [{ date: today, slots: [] }]));
      expect((await look(customer, yes.id)).openNow).toBe(true);
      expect((await look(customer, no.id)).openNow).toBe(false);
      const found = ids(await search(customer, { openAt: now.toISOString(), limit: 100 }));
      expect(found).toContain(yes.id);
      expect(found).not.toContain(no.id);
    });
  });
});
