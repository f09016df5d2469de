import { coarseCell } from '../../src/common/geo/coarse-cell';
import { distanceMeters, type Place } from '../../src/common/geo/geo';
import { type Json, must, register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { north, somewhere } from '../support/emergencies';
import { acceptedScene, ask, feed, look } from '../support/help-requests';

describe('The feed of help requests', () => {
  let server: TestApp;
  let requester: TestActor;
  let reader: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
    requester = await register(server);
    reader = await register(server);
  });

  afterAll(() => server.close());

  async function asked(place: Place, request: Json = {}): Promise<string> {
    return must(await ask(requester, { location: place, ...request })).data.id;
  }

  async function found(query: Record<string, string | number | boolean>): Promise<string[]> {
    return must(await feed(reader, query)).data.items.map(({ id }) => id);
  }

  it('finds what is near by, the nearest or the newest first, with the distance to the cell', async () => {
    const here = somewhere();
    const far = await asked(north(here, 4000));
    const near = await asked(north(here, 1000));
    const middle = await asked(north(here, 2500));
    await asked(north(here, 12_000), { radiusMeters: 50_000 });
    const place = { latitude: here.latitude, longitude: here.longitude, radiusMeters: 6000 };
    expect(await found({ ...place, sort: 'distance' })).toEqual([near, middle, far]);
    expect(await found(place)).toEqual([near, middle, far]);
    expect(await found({ ...place, sort: 'newest' })).toEqual([middle, near, far]);
    const { items } = must(await feed(reader, { ...place, sort: 'distance' })).data;
    for (const { distanceMeters: shown, location } of items) {
      const exact = distanceMeters(here, location);
      expect(shown).toBe(Math.round(exact / 100) * 100);
      expect(coarseCell(location)).toMatchObject({ latitude: location.latitude });
    }
  });

  it('does not find what is asked of people nearer than the searcher is', async () => {
    const here = somewhere();
    const wide = await asked(north(here, 3000), { radiusMeters: 10_000 });
    await asked(north(here, 3000), { radiusMeters: 1000 });
    const place = { latitude: here.latitude, longitude: here.longitude };
    expect(await found({ ...place, sort: 'distance' })).toEqual([wide]);
  });

  it('gives no finer answer however a search is moved about: whoever is in one cell is found alike', async () => {
    const cell = coarseCell(somewhere());
    const door = { latitude: cell.latitude + 0.00123, longitude: cell.longitude - 0.00107 };
    const other = { latitude: cell.latitude - 0.00141, longitude: cell.longitude + 0.00093 };
    const here = await asked(other);
    const there = await asked(door);
    for (const meters of [150, 300, 700, 1500, 2600]) {
      const from = north(cell, meters);
      for (const radiusMeters of [100, 200, 500, 1000, 2000, 3000]) {
        const { items } = must(
          await feed(reader, { ...from, radiusMeters, sort: 'distance' }),
        ).data;
        const seen = (id: string) => items.find((one) => one.id === id)?.distanceMeters;
        expect(seen(here)).toBe(seen(there));
      }
    }
    const exact = must(await look(requester, there)).data.location;
    expect(exact).toEqual({ ...door, precision: 'exact' });
    expect(must(await look(reader, there)).data.location).toEqual({ ...cell, precision: 'coarse' });
  });

  it('follows when the place of a request is changed: cell, distance and door go together', async () => {
    const before = somewhere();
    const after = somewhere();
    const id = await asked(before);
    const { latitude, longitude } = after;
    must(await requester.patch(`/help-requests/${id}`, { location: { latitude, longitude } }));
    expect(await found({ ...before, sort: 'distance' })).toEqual([]);
    expect(await found({ ...after, sort: 'distance' })).toEqual([id]);
    expect(must(await look(requester, id)).data.location).toMatchObject({ latitude, longitude });
    expect(must(await look(reader, id)).data.location).toMatchObject(coarseCell(after));
  });

  it('filters by category, priority, budget and status', async () => {
    const here = somewhere();
    const near = { latitude: here.latitude, longitude: here.longitude, sort: 'newest' };
    const eur = (amountMinor: number) => ({ budget: { amountMinor, currency: 'EUR' } });
    const cheap = await asked(here, { category: 'cleaning', ...eur(1000) });
    const dear = await asked(here, { category: 'tutoring', priority: 'urgent', ...eur(5000) });
    const yen = await asked(here, { budget: { amountMinor: 3000, currency: 'JPY' } });
    const free = await asked(here, { budget: null });
    const taken = await acceptedScene(server, 1, { location: here });
    expect(await found({ ...near, category: 'cleaning' })).toEqual([cheap]);
    expect(await found({ ...near, priority: 'urgent' })).toEqual([dear]);
    expect(await found({ ...near, currency: 'EUR', minBudget: 1000 })).toEqual([dear, cheap]);
    expect(await found({ ...near, currency: 'EUR', minBudget: 1001 })).toEqual([dear]);
    expect(await found({ ...near, currency: 'EUR', maxBudget: 4999 })).toEqual([cheap]);
    expect(await found({ ...near, currency: 'EUR', minBudget: 2000, maxBudget: 4000 })).toEqual([]);
    expect(await found({ ...near, currency: 'JPY' })).toEqual([yen]);
    expect(await found(near)).toEqual([free, yen, dear, cheap]);
    expect(await found({ ...near, status: 'accepted' })).toEqual([taken.id]);
    expect(await found({ ...near, status: 'cancelled' })).toEqual([]);
  });

  it('shows with mine=true what one asked for in whatever status, and of others what has ended to those two alone', async () => {
    const person = await register(server);
    const here = somewhere();
    const open = must(await ask(person, { location: here })).data.id;
    const gone = must(await ask(person, { location: here })).data.id;
    must(await person.post(`/help-requests/${gone}/cancel`));
    const mine = async (query: Record<string, string | number | boolean>) =>
      must(await feed(person, { mine: true, ...query })).data.items.map(({ id }) => id);
    expect(await mine({})).toEqual([gone, open]);
    expect(await mine({ status: 'open' })).toEqual([open]);
    expect(await mine({ ...here, sort: 'distance', status: 'cancelled' })).toEqual([gone]);
    expect(await found({ ...here, status: 'cancelled' })).toEqual([]);
    const taken = await acceptedScene(server);
    must(await taken.helper.post(`/help-requests/${taken.id}/start`));
    must(await taken.requester.post(`/help-requests/${taken.id}/complete`));
    for (const actor of [taken.requester, taken.helper]) {
      const { items } = must(await feed(actor, { status: 'completed' })).data;
      expect(items.map(({ id }) => id)).toEqual([taken.id]);
    }
    expect(await found({ status: 'completed' })).toEqual([]);
  });

  it.each(['newest', 'distance'])(
    'by %s pages through each request once while others are added, and takes no cursor of another sort',
    async (sort) => {
      const here = somewhere();
      const ids: string[] = [];
      for (let index = 0; index < 7; index += 1) {
        // Two share a distance: the order of equals must hold too.
        ids.push(await asked(north(here, 1000 * (1 + Math.floor(index / 2)))));
      }
      const near = { latitude: here.latitude, longitude: here.longitude, sort, limit: 2 };
      const seen: string[] = [];
      const added: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof feed>>['data'] = must(
          await feed(reader, { ...near, ...(cursor === null ? {} : { cursor }) }),
        ).data;
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
        added.push(await asked(north(here, 200)));
        if (cursor !== null) {
          const other = sort === 'newest' ? 'distance' : 'newest';
          const foreign = await feed(reader, { ...near, sort: other, cursor });
          expect([foreign.status, foreign.error?.code]).toEqual([400, 'INVALID_CURSOR']);
        }
      } while (cursor !== null);
      const wanted = sort === 'newest' ? ids.toReversed() : ids;
      expect(seen).toEqual(wanted);
      expect(added).toHaveLength(4);
    },
  );

  it.each([
    ['a distance without a place', { sort: 'distance' }, 'sort'],
    ['half a place', { latitude: 1 }, 'longitude'],
    ['a radius around nothing', { radiusMeters: 1000 }, 'latitude'],
    ['a budget without a currency', { minBudget: 5 }, 'currency'],
    ['a most without a currency', { maxBudget: 5 }, 'currency'],
    ['a budget from more to less', { currency: 'EUR', minBudget: 6, maxBudget: 5 }, 'maxBudget'],
    ['no currency of the world', { currency: 'EURO' }, 'currency'],
    ['an unknown sort', { sort: 'price' }, 'sort'],
    ['an unknown status', { status: 'lost' }, 'status'],
    ['mine as a number', { mine: 1 }, 'mine'],
    ['a field that does not exist', { requester: 'me' }, 'requester'],
  ])('refuses %s', async (_, query, field) => {
    const answer = await feed(reader, query);
    expect([answer.status, answer.error?.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(answer.error?.details).toMatchObject([{ field }]);
  });

  it('refuses a cursor that is broken', async () => {
    for (const cursor of ['nonsense', 'newest.', 'newest.W10', 'distance.WzEsMl0']) {
      expect((await feed(reader, { cursor })).error?.code).toBe('INVALID_CURSOR');
    }
  });
});
