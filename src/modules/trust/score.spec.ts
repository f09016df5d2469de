import * as fc from 'fast-check';
import { DAY } from '../../common/time/clock';
import { assess, type Corroboration, scoreOf, type TrustRecord } from './score';
import { HALF_LIFE_MS, HORIZON_MS, NEUTRAL } from './trust.rules';

const NOW = new Date('2026-11-22T12:00:00Z');
const ago = (days: number) => new Date(NOW.getTime() - days * DAY);

const rescue = (counterpart: string, days = 0, weight = 1): Corroboration => ({
  rescue: true,
  points: 100,
  weight,
  counterpart,
  at: ago(days),
});
const rated = (counterpart: string, points: number, days = 0): Corroboration => ({
  ...rescue(counterpart, days),
  rescue: false,
  points,
});
const report = (points: number, days = 0): Corroboration => ({
  rescue: false,
  points,
  weight: 1,
  counterpart: null,
  at: ago(days),
});
const record = (
  events: Corroboration[],
  { reciprocal = [], links = [] }: { reciprocal?: string[]; links?: [string, string][] } = {},
): TrustRecord => ({ events, reciprocal: new Set(reciprocal), links });
const made = (...of: Parameters<typeof record>) => assess(record(...of), NOW);
/** On days of their own, so that the cap of a day does not matter. */
const rescues = (count: number, weight = 1, firstDay = 0) =>
  Array.from({ length: count }, (_, index) =>
    rescue(`p${String(index).padStart(3, '0')}`, firstDay + index / 1000 + index * 1e-9, weight),
  );
const spread = (count: number, weight = 1) =>
  rescues(count, weight).map((one, index) => ({ ...one, at: ago(Math.floor(index / 3)) }));

describe('A trust score', () => {
  it('is 500 where nothing is known', () => {
    expect(made([])).toEqual({ score: 500, earned: 0, lost: 0, people: 0 });
  });

  it('is 583 after one rescue, and 750 after five of five people', () => {
    expect(made([rescue('a')])).toMatchObject({ score: 583, earned: 100, people: 1 });
    expect(
      made([rescue('a'), rescue('b'), rescue('c'), rescue('d', 0.9), rescue('e', 0.9)]).score,
    ).toBeGreaterThan(745);
  });

  it('counts half after 180 days, a quarter after 360, and nothing after ten half-lives', () => {
    expect(made([rescue('a', 180)]).earned).toBeCloseTo(50, 10);
    expect(made([rescue('a', 360)]).earned).toBeCloseTo(25, 10);
    expect(made([rescue('a', HORIZON_MS / DAY)])).toMatchObject({ score: 500, people: 0 });
  });

  it('gives nothing for what is to come, but what the clock of another node says is whole', () => {
    expect(made([rescue('a', -0.001)]).earned).toBe(100);
  });

  it('counts a word by the standing of who gave it', () => {
    expect(made([rescue('a', 0, 0.5)]).earned).toBe(50);
    expect(made([rescue('a', 0, 0)]).earned).toBe(0);
  });

  it('counts between two people one rescue at a time', () => {
    expect(made([rescue('a', 0), rescue('a', 1), rescue('a', 2)]).earned).toBeCloseTo(100, 10);
  });

  it('wears out the rescues of a pair that has more than four within a half-life', () => {
    const of = (count: number) =>
      made(Array.from({ length: count }, (_, index) => rescue('a', index / 10))).earned;
    expect(of(4)).toBeCloseTo(100, 10);
    expect(of(8)).toBeLessThan(51);
    expect(of(111)).toBeLessThan(4);
  });

  it('gives the place of another to a pair that is worn out', () => {
    const thousand = Array.from({ length: 991 }, (_, index) => rescue('z', 10 + index / 1000));
    const places = (events: Corroboration[]) => Math.round(made(events).earned / 100);
    expect(places(spread(8))).toBe(5);
    expect(places([...spread(8), ...thousand])).toBe(4);
  });

  it('counts ratings of one person up to half a rescue, which does not wear out', () => {
    const tutored = Array.from({ length: 60 }, (_, week) => rated('a', 20, week * 7));
    expect(made(tutored).earned).toBeCloseTo(50, 10);
    expect(made([...tutored, rescue('a')]).earned).toBeCloseTo(100, 10);
  });

  it('counts three rescues on a day at most', () => {
    const oneDay = Array.from({ length: 9 }, (_, index) => ({
      ...rescue(`p${index}`),
      at: NOW,
    }));
    expect(made(oneDay.slice(0, 3)).earned).toBeCloseTo(300, 10);
    expect(made(oneDay.slice(0, 5)).earned).toBeCloseTo(300, 10);
  });

  it('earns nothing from somebody for whom one has vouched, bad ratings excepted', () => {
    expect(made([rescue('a')], { reciprocal: ['a'] })).toMatchObject({ score: 500, people: 0 });
    expect(made([rated('a', -20)], { reciprocal: ['a'] }).lost).toBe(20);
  });

  it('counts two of a circle, however many they are', () => {
    const people = spread(9).map(({ counterpart }) => counterpart ?? '');
    const ring = people.map((one, index): [string, string] => [
      one,
      people[(index + 1) % people.length] ?? one,
    ]);
    expect(made(spread(9), { links: ring }).earned).toBeLessThanOrEqual(200);
    expect(made(spread(9)).earned).toBeGreaterThan(400);
  });

  it('counts of a neighbourhood two, and of people outside it as many as there are', () => {
    const events = spread(5);
    const [a, b, c] = events.map(({ counterpart }) => counterpart ?? '');
    const two: [string, string][] = [[a, b]];
    expect(made(events, { links: two }).earned).toBe(made(events).earned);
    const three: [string, string][] = [...two, [b, c]];
    expect(made(events, { links: three }).people).toBe(5);
    expect(Math.round(made(events, { links: three }).earned / 100)).toBe(4);
  });

  it('counts five of up to nine people, and one more for each beyond', () => {
    const worth = (count: number) => made(spread(count)).earned;
    expect(worth(9)).toBeLessThanOrEqual(500);
    expect(worth(9)).toBeCloseTo(worth(5), 10);
    expect(worth(10)).toBeGreaterThan(worth(9) + 90);
    expect(worth(20)).toBeGreaterThan(1500);
  });

  it('counts newcomers, all together, as one rescue', () => {
    expect(made(spread(400, 0.2)).earned).toBeLessThanOrEqual(100);
    expect(made(spread(400, 0.2)).earned).toBeGreaterThan(95);
    expect(made([...spread(400, 0.2), rescue('z')]).earned).toBeLessThanOrEqual(200);
  });

  it('loses what upheld reports take, which age as well', () => {
    expect(made([report(-400)])).toMatchObject({ lost: 400, score: scoreOf(-400) });
    expect(made([report(-400, 180)]).lost).toBeCloseTo(200, 10);
    expect(made([rescue('a'), report(-100)]).score).toBe(500);
  });

  it('gets back at every age what a report took that was overturned, and no more', () => {
    expect(made([report(-400, 90), report(400, 90)])).toMatchObject({ lost: 0, score: 500 });
    expect(made([report(400, 90)])).toMatchObject({ earned: 0, lost: 0, score: 500 });
  });

  it('loses by the bad ratings of one person no more than half a rescue', () => {
    const angry = Array.from({ length: 50 }, (_, day) => rated('a', -20, day / 10));
    expect(made(angry).lost).toBe(50);
  });
});

const person = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz');
const corroboration: fc.Arbitrary<Corroboration> = fc.record({
  rescue: fc.boolean(),
  points: fc.constantFrom(100, 40, 24, 20, 8, 0, -20, -10),
  weight: fc.constantFrom(0, 0.1, 0.2, 0.5, 1),
  counterpart: fc.option(person, { freq: 20 }),
  at: fc.integer({ min: 0, max: HORIZON_MS }).map((age) => new Date(NOW.getTime() - age)),
});
const anyRecord: fc.Arbitrary<TrustRecord> = fc.record({
  events: fc.array(corroboration, { maxLength: 60 }),
  reciprocal: fc.array(person, { maxLength: 4 }).map((people) => new Set(people)),
  links: fc.array(fc.tuple(person, person), { maxLength: 20 }),
});

describe('Whatever the record', () => {
  it('the score lies between 0 and 1000', () => {
    fc.assert(
      fc.property(anyRecord, (one) => {
        const { score } = assess(one, NOW);
        expect(Number.isInteger(score) && score >= 0 && score <= 1000).toBe(true);
      }),
    );
  });

  it('the order in which events and links are read does not matter', () => {
    fc.assert(
      fc.property(anyRecord, (one) => {
        const turned = { ...one, events: one.events.toReversed(), links: one.links.toReversed() };
        const [there, back] = [assess(one, NOW), assess(turned, NOW)];
        expect(back.score).toBe(there.score);
        expect(back.earned).toBeCloseTo(there.earned, 6);
      }),
    );
  });

  it('a reciprocal pair or a link never adds', () => {
    fc.assert(
      fc.property(anyRecord, person, person, (one, a, b) => {
        const { earned } = assess(one, NOW);
        const linked = assess({ ...one, links: [...one.links, [a, b]] }, NOW);
        expect(linked.earned).toBeLessThanOrEqual(earned + 1e-9);
      }),
    );
  });

  it('a group of ten, whoever they are and whatever they confirm, earns none of its own more than five rescues', () => {
    const inside = fc.record({
      events: fc.array(
        fc.record({
          rescue: fc.boolean(),
          points: fc.constantFrom(100, 40),
          weight: fc.constantFrom(0.2, 0.5, 1),
          counterpart: fc.constantFrom(...'abcdefghi'),
          at: fc.integer({ min: 0, max: 2 * HALF_LIFE_MS }).map((age) => new Date(+NOW - age)),
        }),
        { maxLength: 200 },
      ),
      reciprocal: fc.constant(new Set<string>()),
      links: fc.constant([]),
    });
    fc.assert(
      fc.property(inside, (one) => expect(assess(one, NOW).earned).toBeLessThanOrEqual(500)),
    );
  });

  it('without anything new the score comes nearer to the middle', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(person, fc.integer({ min: 0, max: 400 })), { maxLength: 4 }),
        (list) => {
          const one = record(list.map(([who, days]) => rescue(who, days)));
          const later = new Date(NOW.getTime() + 30 * DAY);
          expect(assess(one, later).score - NEUTRAL).toBeLessThanOrEqual(
            assess(one, NOW).score - NEUTRAL,
          );
        },
      ),
    );
  });
});
