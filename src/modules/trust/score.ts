import { TRUST_MAXIMUM } from '../users/schemas/user.schema';
import { DAY } from '../../common/time/clock';
import { circlesOf, type Link } from './circles';
import {
  ALWAYS_COUNT,
  CIRCLE_COUNTS,
  DAY_CAP,
  HALF_LIFE_MS,
  HALF_WAY_POINTS,
  HORIZON_MS,
  NEUTRAL,
  NEWCOMER_BELOW,
  NEWCOMERS_CAP,
  OFFERED_BY_A_GROUP,
  PAIR_CAP,
  PAIR_CAP_WITHOUT_RESCUES,
  PLAUSIBLE_RESCUES,
  WORN_OUT_BELOW,
} from './trust.rules';

/** One thing that was corroborated, as the score sees it. */
export interface Corroboration {
  /** Only a rescue wears out. */
  rescue: boolean;
  /** Before standing and age; below 0 for what takes. */
  points: number;
  /** The standing of the counterpart when they gave their word, 0 to 1. */
  weight: number;
  /** Null where nobody in particular stands behind it, as for an upheld report. */
  counterpart: string | null;
  at: Date;
}

/** All that one person's score depends on. */
export interface TrustRecord {
  events: readonly Corroboration[];
  /** Counterparts for whom this person has vouched: between the two nothing is earned. */
  reciprocal: ReadonlySet<string>;
  /** Who among the counterparts has vouched for whom, in either direction. */
  links: readonly Link[];
}

export interface Assessment {
  score: number;
  /** What counts now, after age, standing and every cap. */
  earned: number;
  /** What bad ratings and upheld reports take now; not below 0. */
  lost: number;
  /** How many people's words count something, before the caps on circles and groups. */
  people: number;
}

/** What one counterpart's words are worth. */
interface Pair {
  counterpart: string;
  worth: number;
  weight: number;
  /** From 1 down: more rescues than are plausible between two people. */
  worn: number;
}

/** The trust score of a person, 0 to 1000, at a moment: a function of the record alone. docs/trust.md goes through it. */
export function assess({ events, reciprocal, links }: TrustRecord, asOf: Date): Assessment {
  const alive = events.filter(({ at }) => asOf.getTime() - at.getTime() < HORIZON_MS);
  const giving = alive.filter(
    ({ points, counterpart }) => points > 0 && counterpart !== null && !reciprocal.has(counterpart),
  );
  const pairs = pairsOf(giving, asOf);
  const earned = sumOfBest(pairs, links);
  const lost = lossOf(
    alive.filter(({ points, counterpart }) => points < 0 || counterpart === null),
    asOf,
  );
  return { score: scoreOf(earned - lost), earned, lost, people: pairs.length };
}

/** Saturating both ways from the middle: the first rescues count most, and no number of them reaches the end. */
export function scoreOf(points: number): number {
  const share = points / (Math.abs(points) + HALF_WAY_POINTS);
  return Math.round(NEUTRAL + (TRUST_MAXIMUM - NEUTRAL) * share);
}

function aged(at: Date, asOf: Date): number {
  // Never more than whole: the clocks of two nodes differ.
  return 2 ** (-Math.max(0, asOf.getTime() - at.getTime()) / HALF_LIFE_MS);
}

function pairsOf(giving: readonly Corroboration[], asOf: Date): Pair[] {
  const perDay = shareByDay(giving);
  return [...groupBy(giving, ({ counterpart }) => counterpart ?? '')].map(
    ([counterpart, words]) => {
      const weight = Math.max(...words.map((word) => word.weight));
      const now = (word: Corroboration) =>
        word.points * word.weight * aged(word.at, asOf) * perDay(word.at);
      const rescues = words.filter(({ rescue }) => rescue);
      const worn = Math.min(1, PLAUSIBLE_RESCUES / sum(rescues, ({ at }) => aged(at, asOf)));
      const byRescues = Math.min(sum(rescues, now), PAIR_CAP * weight) * worn;
      const others = words.filter(({ rescue }) => !rescue);
      const byOthers = Math.min(sum(others, now), PAIR_CAP_WITHOUT_RESCUES * weight);
      const worth = Math.min(byRescues + byOthers, PAIR_CAP * weight);
      return { counterpart, weight, worn, worth };
    },
  );
}

/** A day on which more than the cap was earned counts each of its words less. */
function shareByDay(giving: readonly Corroboration[]): (at: Date) => number {
  const dayOf = (at: Date) => Math.floor(at.getTime() / DAY);
  const shares = new Map(
    [...groupBy(giving, ({ at }) => dayOf(at))].map(([day, words]) => [
      day,
      Math.min(1, DAY_CAP / sum(words, ({ points, weight }) => points * weight)),
    ]),
  );
  return (at) => shares.get(dayOf(at)) ?? 1;
}

/** What counts of all pairs: few of each circle, few of as many as a group could have made up, little of newcomers. */
function sumOfBest(pairs: readonly Pair[], links: readonly Link[]): number {
  const circles = circlesOf(
    pairs.map(({ counterpart }) => counterpart),
    links,
  );
  const byCircle = groupBy(pairs, ({ counterpart }) => circles.get(counterpart) ?? counterpart);
  const independent = [...byCircle.values()].flatMap((circle) =>
    bestFirst(circle).slice(0, CIRCLE_COUNTS),
  );
  const known = independent.filter(({ weight }) => weight >= NEWCOMER_BELOW).length;
  // Who made up a thousand rescues with one of a group must not hide behind a single one with each of the others.
  const wornOut = pairs.filter(({ worn }) => worn < WORN_OUT_BELOW).length;
  const places = Math.max(ALWAYS_COUNT, known - (OFFERED_BY_A_GROUP - ALWAYS_COUNT)) - wornOut;
  const best = bestFirst(independent).slice(0, Math.max(0, places));
  const of = (newcomers: boolean) =>
    sum(
      best.filter(({ weight }) => weight < NEWCOMER_BELOW === newcomers),
      ({ worth }) => worth,
    );
  return of(false) + Math.min(of(true), NEWCOMERS_CAP);
}

/** Ties by id, so that the sum is the same to the last digit whatever the order of reading. */
function bestFirst(pairs: readonly Pair[]): Pair[] {
  return pairs.toSorted((a, b) => b.worth - a.worth || (a.counterpart < b.counterpart ? -1 : 1));
}

/** Ratings of one person take no more than a pair can; reports take all they say, less what appeals gave back. */
function lossOf(taking: readonly Corroboration[], asOf: Date): number {
  const worth = ({ points, weight, at }: Corroboration) => -points * weight * aged(at, asOf);
  return sum([...groupBy(taking, ({ counterpart }) => counterpart)], ([counterpart, words]) =>
    counterpart === null
      ? Math.max(0, sum(words, worth))
      : Math.min(sum(words, worth), PAIR_CAP_WITHOUT_RESCUES),
  );
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function groupBy<T, Key>(items: readonly T[], keyOf: (item: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
