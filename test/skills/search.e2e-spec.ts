import { Types } from 'mongoose';
import type { Place } from '../../src/common/geo/geo';
import { coarseCell } from '../../src/common/geo/coarse-cell';
import type { SkillDto } from '../../src/modules/skills/dto/skill.view.dto';
import { adminOf, must, register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { north, somewhere } from '../support/emergencies';
import {
  act,
  ALWAYS,
  book,
  found,
  type List,
  offer,
  type Query,
  refusedFields,
  search,
  times,
} from '../support/skills';

/** 111,320 m at the equator; less than a cell. */
const east = ({ latitude, longitude }: Place, degrees: number): Place => ({
  latitude,
  longitude: longitude + degrees,
});

describe('The search of listings', () => {
  let server: TestApp;
  let owner: TestActor;
  let viewer: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
    owner = await register(server);
    viewer = await register(server);
  });
  afterAll(() => server.close());

  /** Written as reviews would leave it. */
  const rated = (id: string, ...ratings: number[]) => {
    const ratingSum = ratings.reduce((sum, one) => sum + one, 0);
    const ratingCount = ratings.length;
    return server.connection
      .collection('skills')
      .updateOne(
        { _id: new Types.ObjectId(id) },
        { $set: { ratingSum, ratingCount, rating: ratingSum / ratingCount } },
      );
  };

  /** All pages of a search, one listing each. */
  async function pages(query: Query, between?: () => Promise<unknown>) {
    const seen: SkillDto[] = [];
    let cursor: string | null = null;
    do {
      const at: Query = cursor ? { cursor } : {};
      const { data }: { data: List<SkillDto> } = must(
        await search(viewer, { ...query, ...at, limit: 1 }),
      );
      seen.push(...data.items);
      cursor = data.nextCursor;
      await between?.();
    } while (cursor);
    return seen;
  }

  describe('by words', () => {
    it('finds them in title, tags and description, and puts what has them in the title first', async () => {
      const described = await offer(owner, { title: 'A', description: 'About zithers.' });
      const tagged = await offer(owner, { title: 'B', tags: ['zither'] });
      const titled = await offer(owner, { title: 'Zither lessons' });
      await offer(owner, { title: 'Something else' });
      expect(await found(viewer, { q: 'zither' })).toEqual([titled.id, tagged.id, described.id]);
      expect((await pages({ q: 'zither' })).map(({ id }) => id)).toEqual([
        titled.id,
        tagged.id,
        described.id,
      ]);
    });

    it.each([
      '"',
      '"" ""',
      '-',
      '--',
      '-"maths"',
      '\\',
      '.,;!',
      '$',
      '$where',
      '{"$gt":""}',
      'the and of',
      '-maths',
      '😀',
      '\u200b',
      '﷽'.repeat(100),
      '"'.repeat(100),
    ])('takes %j for words, of which there are none', async (q) => {
      for (const query of [{ q }, { q, sort: 'newest', ...somewhere() }]) {
        expect(await found(viewer, query)).toEqual([]);
      }
    });

    it('goes together with a place, each filter and each sort', async () => {
      const place = somewhere();
      const near = north(place, 800);
      const cheap = await offer(owner, { title: 'Oboe one', location: north(place, 3000) });
      const dear = await offer(owner, {
        title: 'Oboe two',
        location: near,
        pricing: { type: 'fixed', amountMinor: 9000, currency: 'EUR' },
      });
      await offer(owner, { title: 'Oboe far away', location: north(place, 60_000) });
      await offer(owner, { title: 'Cello', location: near });
      await rated(cheap.id, 5, 4);
      const both = { q: 'oboe', ...place, category: 'tutoring' };
      expect(await found(viewer, { ...both, sort: 'distance' })).toEqual([dear.id, cheap.id]);
      expect(await found(viewer, { ...both, sort: 'newest' })).toEqual([dear.id, cheap.id]);
      expect(await found(viewer, { ...both, sort: 'rating' })).toEqual([cheap.id, dear.id]);
      const priced = { ...both, sort: 'price', currency: 'EUR' };
      expect(await found(viewer, priced)).toEqual([cheap.id, dear.id]);
      expect(await found(viewer, { ...both, minRating: 4.5 })).toEqual([cheap.id]);
      expect(await found(viewer, { ...both, currency: 'EUR', minPrice: 3000 })).toEqual([dear.id]);
      expect(await found(viewer, { ...both, radiusMeters: 1500 })).toEqual([dear.id]);
      const now = server.clock.now().toISOString();
      expect(await found(viewer, { ...both, sort: 'newest', availableAt: now })).toHaveLength(2);
    });
  });

  describe('by place', () => {
    it('tells the distance to the centre of the cell, rounded to 100 m, nearest first', async () => {
      const place = somewhere();
      const far = await offer(owner, { location: north(place, 4000) });
      const near = await offer(owner, { location: north(place, 1000) });
      const { items } = must(await search(viewer, { ...place })).data;
      expect(items.map(({ id }) => id)).toEqual([near.id, far.id]);
      for (const { distanceMeters, location } of items) {
        expect(Number(distanceMeters) % 100).toBe(0);
        expect(location?.precision).toBe('coarse');
      }
    });

    it('leaves out whose owner does not come so far', async () => {
      const place = somewhere();
      const location = north(place, 3000);
      await offer(owner, { location, serviceRadiusMeters: 1000 });
      const comes = await offer(owner, { location, serviceRadiusMeters: 4000 });
      expect(await found(viewer, { ...place })).toEqual([comes.id]);
    });

    it('tells two doors of one cell apart by nothing, wherever one searches from: not by what it finds, nor by sort or distance', async () => {
      const centre = coarseCell(somewhere());
      const doors = [east(north(centre, 180), -0.000713), east(north(centre, -190), 0.001237)];
      const ids: string[] = [];
      for (const location of doors) {
        expect(coarseCell(location)).toEqual(centre);
        ids.push((await offer(owner, { location })).id);
      }
      for (let step = -8; step <= 8; step += 1) {
        const from = { ...north(centre, step * 60), radiusMeters: 250 };
        const { items } = must(await search(viewer, { ...from, sort: 'distance' })).data;
        expect([0, 2]).toContain(items.length);
        const told = items.map(({ distanceMeters, location }) => ({ distanceMeters, location }));
        expect(told[0]).toEqual(told[1]);
        // Equally far, so the order is that of their ids: it says nothing of the doors.
        if (items.length > 0) expect(items.map(({ id }) => id)).toEqual(ids);
      }
    });

    it('shows the exact place to the owner alone', async () => {
      const place = somewhere();
      const { id } = await offer(owner, { location: place });
      const own = must(await search(owner, { ...place })).data.items[0];
      expect([own?.id, own?.location]).toEqual([id, { ...place, precision: 'exact' }]);
      expect(JSON.stringify(must(await search(viewer, { ...place })).data)).not.toContain(
        String(place.latitude),
      );
    });
  });

  describe('by price', () => {
    it('compares amounts of one currency; free counts as 0, and what names no price is left out', async () => {
      const place = somewhere();
      const at = (pricing: object) => offer(owner, { location: place, pricing });
      const dear = await at({ type: 'fixed', amountMinor: 5000, currency: 'EUR' });
      const cheap = await at({ type: 'hourly', amountMinor: 1500, currency: 'EUR' });
      const talked = await at({ type: 'negotiable', amountMinor: 3000, currency: 'EUR' });
      const free = await at({ type: 'free' });
      await at({ type: 'negotiable' });
      await at({ type: 'hourly', amountMinor: 2000, currency: 'USD' });
      const eur = { ...place, currency: 'EUR', sort: 'price' };
      expect(await found(viewer, eur)).toEqual([free.id, cheap.id, talked.id, dear.id]);
      expect((await pages(eur)).map(({ id }) => id)).toEqual([
        free.id,
        cheap.id,
        talked.id,
        dear.id,
      ]);
      expect(await found(viewer, { ...eur, maxPrice: 1500 })).toEqual([free.id, cheap.id]);
      expect(await found(viewer, { ...eur, minPrice: 1501, maxPrice: 4999 })).toEqual([talked.id]);
      expect(must(await viewer.get(`/skills/${free.id}`)).data.pricing).toEqual({
        type: 'free',
        amountMinor: null,
        currency: null,
      });
    });
  });

  describe('by the moment', () => {
    const sundays = (timeZone: string, from: string, to: string) => ({
      timeZone,
      slots: [{ day: 0, from, to }],
    });

    it('goes by the clock on the owner’s wall, before and after it changes', async () => {
      const place = somewhere();
      const berlin = await offer(owner, {
        location: place,
        availability: sundays('Europe/Berlin', '09:00', '10:00'),
      });
      const lagos = await offer(owner, {
        location: place,
        availability: sundays('Africa/Lagos', '09:00', '10:00'),
      });
      const at = (availableAt: string) => found(viewer, { ...place, availableAt, sort: 'newest' });
      // Europe/Berlin goes to summer time on 2027-03-28; Lagos has none, and is an hour before UTC all the year.
      expect(await at('2027-03-21T08:30:00Z')).toEqual([lagos.id, berlin.id]);
      expect(await at('2027-03-21T07:30:00Z')).toEqual([]);
      expect(await at('2027-03-28T07:30:00Z')).toEqual([berlin.id]);
      expect(await at('2027-03-28T08:30:00Z')).toEqual([lagos.id]);
      expect(await at('2027-03-28T09:30:00+02:00')).toEqual([berlin.id]);
      expect(await at('2027-03-29T07:30:00Z')).toEqual([]);
    });

    it('takes an hour that comes twice for available twice, and one that is left out for never', async () => {
      const place = somewhere();
      const { id } = await offer(owner, {
        location: place,
        availability: sundays('Europe/Berlin', '02:00', '03:00'),
      });
      const at = (availableAt: string) => found(viewer, { ...place, availableAt });
      // 2027-10-31: 02:30 summer time, 02:30 winter time, 03:30. 2027-03-28: 01:30, then 03:30.
      expect(await at('2027-10-31T00:30:00Z')).toEqual([id]);
      expect(await at('2027-10-31T01:30:00Z')).toEqual([id]);
      expect(await at('2027-10-31T02:30:00Z')).toEqual([]);
      expect(await at('2027-03-28T00:30:00Z')).toEqual([]);
      expect(await at('2027-03-28T01:30:00Z')).toEqual([]);
    });

    it('leaves out every listing of an owner who has accepted a booking then, from its start to before its end', async () => {
      const place = somewhere();
      const busy = await register(server);
      const first = await offer(busy, { location: place });
      await offer(busy, { location: place });
      const wanted = times(server, 24, 2);
      const { id } = must(await book(viewer, first.id, wanted)).data;
      const at = async (moment: string, minutes: number) =>
        (
          await found(viewer, {
            ...place,
            availableAt: new Date(Date.parse(moment) + minutes * 60_000).toISOString(),
          })
        ).length;
      expect(await at(wanted.startsAt, 30)).toBe(2);
      must(await act(busy, id, 'accept'));
      expect(await at(wanted.startsAt, -1)).toBe(2);
      expect(await at(wanted.startsAt, 0)).toBe(0);
      expect(await at(wanted.endsAt, -1)).toBe(0);
      expect(await at(wanted.endsAt, 0)).toBe(2);
      must(await act(busy, id, 'cancel'));
      expect(await at(wanted.startsAt, 30)).toBe(2);
    });
  });

  describe('by rating', () => {
    it('sorts by the average, and knows the least that is wanted', async () => {
      const place = somewhere();
      const at = async (...ratings: number[]) => {
        const { id } = await offer(owner, { location: place });
        if (ratings.length > 0) await rated(id, ...ratings);
        return id;
      };
      const [good, unrated, best, fair] = [await at(5, 4, 4), await at(), await at(5), await at(3)];
      const query = { ...place, sort: 'rating' };
      expect(await found(viewer, query)).toEqual([best, good, fair, unrated]);
      expect((await pages(query)).map(({ id }) => id)).toEqual([best, good, fair, unrated]);
      expect(await found(viewer, { ...query, minRating: 4 })).toEqual([best, good]);
      const shown = must(await viewer.get(`/skills/${good}`)).data.rating;
      expect(shown).toEqual({ average: 4.33, count: 3 });
    });
  });

  describe('among one’s own', () => {
    it('finds paused ones with every filter and sort, exact, from everywhere, and nobody else’s or removed ones', async () => {
      const mira = await register(server);
      const place = somewhere();
      const fields = { location: place, title: 'Bassoon', serviceRadiusMeters: 500 };
      const kathmandu = { ...ALWAYS, timeZone: 'Asia/Kathmandu' };
      const active = await offer(mira, fields);
      const paused = await offer(mira, { ...fields, availability: kathmandu, status: 'paused' });
      const removed = await offer(mira, fields);
      must(await mira.delete(`/skills/${removed.id}`));
      await offer(owner, fields);
      const far = { ...north(place, 20_000), radiusMeters: 30_000 };
      const both = [paused.id, active.id];
      for (const query of [
        {},
        { q: 'bassoon' },
        { ...far },
        { ...far, q: 'bassoon', availableAt: '2027-03-28T07:30:00Z' },
        { category: 'tutoring', sort: 'newest' },
        { sort: 'rating' },
        { sort: 'price', currency: 'EUR', minPrice: 1, maxPrice: 9000 },
      ] as Query[]) {
        const { items } = must(await search(mira, { ...query, mine: 'true' })).data;
        expect(items.map(({ id }) => id).toSorted()).toEqual(both.toSorted());
        for (const { location } of items)
          expect(location).toEqual({ ...place, precision: 'exact' });
      }
      expect(await found(mira, { mine: 'true', category: 'music' })).toEqual([]);
      expect(await found(viewer, { mine: 'true', ...place })).toEqual([]);
      expect(await found(mira, { mine: 'false', q: 'bassoon' })).toContain(active.id);
      expect(await found(mira, { mine: 'false', q: 'bassoon' })).not.toContain(paused.id);
    });
  });

  describe('with a cursor', () => {
    it('shows each listing once while others are added and removed between the pages', async () => {
      const place = somewhere();
      const early: string[] = [];
      for (let index = 0; index < 6; index += 1) {
        early.push((await offer(owner, { location: north(place, 500 * index) })).id);
      }
      let added = 0;
      const seen = await pages({ ...place, sort: 'distance' }, async () => {
        if ((added += 1) > 4) return;
        await offer(owner, { location: place });
        if (added === 2) must(await owner.delete(`/skills/${early[0]}`));
      });
      const ids = seen.map(({ id }) => id);
      expect(ids).toEqual([...new Set(ids)]);
      expect(ids.filter((id) => early.includes(id))).toEqual(early);
      const newest = (await pages({ ...place, sort: 'newest' })).map(({ id }) => id);
      expect(newest).toEqual(newest.toSorted().toReversed());
    });

    it('refuses one of another sort, of another currency, and a broken one', async () => {
      const place = somewhere();
      await offer(owner, { location: place });
      await offer(owner, { location: place });
      const price = { ...place, sort: 'price', currency: 'EUR' };
      const { data } = must(await search(viewer, { ...price, limit: 1 }));
      const cursor = data.nextCursor ?? '';
      expect((await search(viewer, { ...price, cursor })).status).toBe(200);
      for (const query of [
        { ...place, sort: 'rating', cursor },
        { ...place, sort: 'distance', cursor },
        { ...place, sort: 'newest', cursor },
        { ...price, currency: 'USD', cursor },
        { ...price, cursor: cursor.slice(0, -4) },
        { ...price, cursor: 'price-EUR.e30' },
      ]) {
        const { status, error } = await search(viewer, query);
        expect([status, error?.code]).toEqual([400, 'INVALID_CURSOR']);
      }
    });
  });

  it.each<[Query, string]>([
    [{ sort: 'distance' }, 'sort'],
    [{ sort: 'relevance' }, 'sort'],
    [{ sort: 'price' }, 'currency'],
    [{ minPrice: 5 }, 'currency'],
    [{ minPrice: 5, maxPrice: 4, currency: 'EUR' }, 'maxPrice'],
    [{ maxPrice: 5 }, 'currency'],
    [{ latitude: 5 }, 'longitude'],
    [{ longitude: 5 }, 'latitude'],
    [{ radiusMeters: 500 }, 'latitude'],
    [{ sort: 'title' }, 'sort'],
    [{ sort: 'pricing.amountMinor' }, 'sort'],
    [{ q: '  ' }, 'q'],
    [{ q: 'x'.repeat(101) }, 'q'],
    [{ category: 'spells' }, 'category'],
    [{ currency: 'eur' }, 'currency'],
    [{ minPrice: -1, currency: 'EUR' }, 'minPrice'],
    [{ minPrice: 1.5, currency: 'EUR' }, 'minPrice'],
    [{ minRating: 0 }, 'minRating'],
    [{ minRating: 6 }, 'minRating'],
    [{ availableAt: 'tomorrow' }, 'availableAt'],
    [{ availableAt: '2027-03-28' }, 'availableAt'],
    [{ availableAt: '2027-03-28T10:00:00' }, 'availableAt'],
    [{ mine: 'yes' }, 'mine'],
    [{ mine: '' }, 'mine'],
    [{ status: 'paused' }, 'status'],
    [{ owner: '6561f0a4c2b6a1d2e3f40516' }, 'owner'],
    [{ 'q[$ne]': 'x' }, 'q[$ne]'],
  ])('refuses %j, and names %s', async (query, field) => {
    const answer = await search(viewer, query);
    expect([answer.status, answer.error?.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(refusedFields(answer)).toContain(field);
  });

  it('never shows what is paused, removed, of somebody suspended, or of people apart by a block', async () => {
    const place = somewhere();
    const [blocked, blocker, suspended] = [
      await register(server),
      await register(server),
      await register(server),
    ];
    const title = 'Theremin';
    const shown = await offer(owner, { location: place, title });
    const hidden = [
      await offer(owner, { location: place, title, status: 'paused' }),
      await offer(owner, { location: place, title }),
      await offer(blocked, { location: place, title }),
      await offer(blocker, { location: place, title }),
      await offer(suspended, { location: place, title }),
    ].map(({ id }) => id);
    must(await owner.delete(`/skills/${hidden[1]}`));
    must(await viewer.put(`/users/me/blocks/${blocked.id}`));
    must(await blocker.put(`/users/me/blocks/${viewer.id}`));
    const admin = await adminOf(server);
    must(await admin.patch(`/admin/users/${suspended.id}`, { status: 'suspended' }));

    const searches: Query[] = [
      { ...place },
      { q: 'theremin' },
      { q: 'theremin', ...place, availableAt: server.clock.now().toISOString() },
      { ...place, sort: 'rating' },
      { ...place, sort: 'price', currency: 'EUR' },
      { ...place, sort: 'newest', category: 'tutoring' },
    ];
    for (const query of searches) {
      expect(await found(viewer, query)).toEqual([shown.id]);
    }
    for (const id of hidden) {
      for (const path of [`/skills/${id}`, `/skills/${id}/reviews`]) {
        expect((await viewer.get(path)).status).toBe(404);
      }
      expect((await book(viewer, id, times(server, 24))).status).toBe(404);
    }

    must(await admin.patch(`/admin/users/${suspended.id}`, { status: 'active' }));
    must(await viewer.delete(`/users/me/blocks/${blocked.id}`));
    expect((await found(viewer, { ...place })).toSorted()).toEqual(
      [shown.id, hidden[2] ?? '', hidden[4] ?? ''].toSorted(),
    );
    expect((await found(blocked, { ...place })).length).toBe(4);
  });
});
