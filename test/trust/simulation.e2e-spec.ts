import { Random } from '../../src/demo/random';
import { type Account, ago, END, fresh, ordinary, TrustWorld } from './trust-world';

/** Ten accounts that work together, and what they pretend: who is rescued by whom, in which order. */
type Rescue = readonly [by: number, helper: number];
type Shape = (random: Random, count: number) => Rescue[];

const GROUP = 10;
const FAKES = 1000;
const SEEDS = [1, 2, 3];

const each = (count: number, rescue: (index: number) => Rescue): Rescue[] =>
  Array.from({ length: count }, (_, index) => rescue(index));
const other = (random: Random, than: number): number =>
  (than + 1 + Math.floor(random.next() * (GROUP - 1))) % GROUP;
const member = (random: Random): number => Math.floor(random.next() * GROUP);

/** 0 is who is to gain most, wherever one is. */
const SHAPES: Record<string, Shape> = {
  'anybody rescues anybody': (random, count) =>
    each(count, () => {
      const by = member(random);
      return [by, other(random, by)];
    }),
  'pairs that take turns': (_, count) =>
    each(count, (index) => {
      const pair = 2 * (index % 5);
      return Math.floor(index / 5) % 2 ? [pair, pair + 1] : [pair + 1, pair];
    }),
  'a ring': (_, count) => each(count, (index) => [(index + 1) % GROUP, index % GROUP]),
  'a chain': (_, count) => each(count, (index) => [(index % 9) + 1, index % 9]),
  'a star': (_, count) => each(count, (index) => [(index % 9) + 1, 0]),
  'a star of two centres': (_, count) => each(count, (index) => [(index % 8) + 2, index % 2]),
  'a star, one after the other': (_, count) =>
    each(count, (index) => [Math.min(9, Math.floor(index / 111) + 1), 0]),
  'a pyramid': (random, count) =>
    each(count, (index) =>
      index % 2
        ? [Math.floor(random.next() * 3) + 1, 0]
        : [(member(random) % 6) + 4, (index % 3) + 1],
    ),
  'a pecking order: the later never rescue the earlier': (random, count) =>
    each(count, () => {
      const [one, two] = [member(random), member(random)];
      return one === two ? [9, 0] : [Math.max(one, two), Math.min(one, two)];
    }),
  'stars built one after the other': (_, count) =>
    each(count, (index) => {
      const centre = Math.floor((index * 9) / count);
      return [centre + 1 + (index % (9 - centre)), centre];
    }),
  'single rescues by eight, and all others by one': (_, count) =>
    each(count, (index) => [index < count - 8 ? 9 : count - index, 0]),
  'single rescues by nine, and all others among these': (random, count) =>
    each(count, (index) => {
      if (index >= count - 9) return [count - index, 0];
      const by = Math.floor(random.next() * 9) + 1;
      return [by, (by % 9) + 1];
    }),
};

/** How the accounts came to be, honest requesters' too where it is everybody. */
const ACCOUNTS: Record<string, { colluders: (index: number) => Account; honest: () => Account }> = {
  'with accounts like everybody’s': { colluders: ordinary, honest: ordinary },
  'with new, unconfirmed accounts': { colluders: fresh, honest: ordinary },
  'all accounts being new and unconfirmed, the honest too': { colluders: fresh, honest: fresh },
  'with accounts that were made one by one over the years': {
    colluders: (index) => ({ emailVerified: index % 3 > 0, createdAt: ago(40 + 80 * index) }),
    honest: ordinary,
  },
};

const DAYS = [1, 30, 180, 720];
/** The honest five are of the last month: what is older counts less, whoever it is. */
const HONEST_DAYS = 30;

interface Setting {
  shape: Shape;
  seed: number;
  days: number;
  accounts: (typeof ACCOUNTS)[string];
  /** Real rescues that one of the group has behind it. */
  insider?: { who: number; rescues: number };
}

/** Everybody acts over the same days: the group a thousand times, the honest helper five. */
function play({ shape, seed, days, accounts, insider }: Setting): { best: number; honest: number } {
  const random = new Random(seed * 7919 + days);
  const world = new TrustWorld();
  const group = Array.from({ length: GROUP }, (_, index) =>
    world.join(`colluder-${index}`, accounts.colluders(index)),
  );
  const at = (index: number, count: number) => ago(days * (1 - (index + 1) / count));
  for (let index = 0; index < (insider?.rescues ?? 0); index += 1) {
    world.rescued(world.join(`stranger-${index}`), group[insider?.who ?? 0] ?? '', ago(days));
  }
  for (const [index, [by, helper]] of shape(random, FAKES).entries()) {
    world.rescued(group[by] ?? '', group[helper] ?? '', at(index, FAKES));
  }
  for (let index = 0; index < 5; index += 1) {
    const requester = world.join(`requester-${index}`, accounts.honest());
    world.rescued(requester, 'honest', ago((Math.min(days, HONEST_DAYS) * (4 - index)) / 5));
  }
  const others = group.filter((_, index) => index !== insider?.who);
  return { best: world.best(others), honest: world.scoreOf('honest') };
}

describe.each(Object.entries(ACCOUNTS))(
  'Ten who confirm a thousand made-up rescues, %s,',
  (_, accounts) => {
    it.each(Object.entries(SHAPES))(
      'as %s, stay below one helper with five real ones',
      (__, shape) => {
        for (const seed of SEEDS) {
          for (const days of DAYS) {
            const { best, honest } = play({ shape, seed, days, accounts });
            expect({ seed, days, best, below: best < honest, honest }).toMatchObject({
              below: true,
            });
          }
        }
      },
    );
  },
);

describe('A helper of good name with twenty real rescues', () => {
  it.each(Object.entries(SHAPES))(
    'lends the others nothing by a thousand made-up ones, as %s',
    (_, shape) => {
      const accounts = { colluders: ordinary, honest: ordinary };
      for (const days of DAYS) {
        for (const who of [0, 1, 9]) {
          const { best, honest } = play({
            shape,
            seed: 1,
            days,
            accounts,
            insider: { who, rescues: 20 },
          });
          expect({ days, who, best, below: best < honest, honest }).toMatchObject({ below: true });
        }
      }
    },
  );
});

describe('Ten who know the rules', () => {
  it('and confirm one rescue each reach no more than five rescues on the same days', () => {
    const world = new TrustWorld();
    const days = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    for (const day of days.toReversed()) {
      world.rescued(world.join(`leaf-${day}`), 'star', ago(day));
      if (day <= 5) world.rescued(world.join(`requester-${day}`), 'honest', ago(day));
    }
    expect(world.scoreOf('star')).toBeLessThanOrEqual(world.scoreOf('honest'));
  });
});

describe('Honest people', () => {
  it('gain by each of their first rescues, whoever it was', () => {
    const world = new TrustWorld();
    const scores = [0, 1, 2, 3, 4].map((index) => {
      world.rescued(world.join(`requester-${index}`), 'honest', ago(10 - index));
      return world.scoreOf('honest');
    });
    expect(scores).toEqual([...new Set(scores)].toSorted((a, b) => a - b));
    expect(scores.at(-1)).toBeGreaterThan(730);
  });

  it('who rescue thirty people in a year come near the top', () => {
    const world = new TrustWorld();
    for (let index = 0; index < 30; index += 1) {
      world.rescued(world.join(`requester-${index}`), 'honest', ago(360 - index * 12));
    }
    expect(world.scoreOf('honest')).toBeGreaterThan(850);
  });

  it('are not pulled down by a group that is confirmed by the same person', () => {
    const world = new TrustWorld();
    for (let index = 0; index < 5; index += 1) {
      world.rescued(world.join(`requester-${index}`), 'honest', ago(9 - index));
    }
    const before = world.scoreOf('honest');
    world.rescued('requester-0', 'somebody else', END);
    expect(world.scoreOf('honest')).toBe(before);
  });
});
