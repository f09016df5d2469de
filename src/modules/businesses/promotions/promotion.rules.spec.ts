import * as fc from 'fast-check';
import { DAY, HOUR, later } from '../../../common/time/clock';
import {
  isLive,
  keptPromotions,
  MOST_PROMOTIONS,
  mostAtOnce,
  type Period,
  promotionState,
} from './promotion.rules';

const NOW = new Date('2026-11-22T12:00:00Z');
const at = (hours: number): Date => later(NOW, hours * HOUR);
const period = (from: number, to: number): Period => ({ startsAt: at(from), endsAt: at(to) });
const promotion = (from: number, to: number, removedAt: Date | null = null) => ({
  ...period(from, to),
  removedAt,
});

describe('The state of a promotion is a matter of the clock', () => {
  it.each([
    [1, 2, null, 'scheduled'],
    [0, 1, null, 'running'],
    [-1, 1, null, 'running'],
    [-1, 0, null, 'ended'],
    [-2, -1, null, 'ended'],
    [-1, 1, at(-0.5), 'removed'],
    [1, 2, at(-0.5), 'removed'],
  ])('from %s to %s h, removed %s: %s', (from, to, removedAt, state) => {
    expect(promotionState(promotion(from, to, removedAt), NOW)).toBe(state);
  });
});

describe('How many promotions run at once', () => {
  it.each<[string, Period[], number]>([
    ['alone', [], 1],
    ['one that ends as it starts', [period(-2, 0)], 1],
    ['one that starts as it ends', [period(10, 12)], 1],
    ['one that overlaps its start', [period(-2, 1)], 2],
    ['one that overlaps its end', [period(9, 12)], 2],
    ['one inside it', [period(4, 5)], 2],
    ['one around it', [period(-5, 20)], 2],
    ['two that follow each other inside it', [period(1, 3), period(3, 5)], 2],
    ['two that overlap each other inside it', [period(1, 4), period(3, 5)], 3],
    ['two that overlap each other outside it', [period(-3, 1), period(-2, 0)], 2],
  ])('%s: %#', (_, others, expected) => {
    expect(mostAtOnce(period(0, 10), others)).toBe(expected);
  });

  it('is what counting at every instant gives', () => {
    const periods = fc
      .tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: 1, max: 15 }))
      .map(([from, hours]) => period(from, from + hours));
    fc.assert(
      fc.property(periods, fc.array(periods, { maxLength: 6 }), (one, others) => {
        const counts: number[] = [];
        for (let instant = one.startsAt; instant < one.endsAt; instant = later(instant, HOUR)) {
          const running = others.filter((o) => o.startsAt <= instant && instant < o.endsAt);
          counts.push(1 + running.length);
        }
        expect(mostAtOnce(one, others)).toBe(Math.max(...counts));
      }),
    );
  });
});

describe('Promotions that a business goes on holding', () => {
  it('are all live ones, and past ones until 90 days after their end', () => {
    const scheduled = promotion(24, 48);
    const running = promotion(-24, 24);
    const ended = promotion(-89 * 24, -88 * 24);
    const forgotten = promotion(-92 * 24, -91 * 24);
    expect(keptPromotions([scheduled, forgotten, running, ended], NOW)).toEqual([
      scheduled,
      running,
      ended,
    ]);
  });

  it('count a removed one from its removal', () => {
    const removed = promotion(-100 * 24, 24, later(NOW, -91 * DAY));
    expect(keptPromotions([removed], NOW)).toEqual([]);
  });

  it('are never more than there is room for, and the oldest past ones go first', () => {
    const live = [promotion(1, 2), promotion(2, 3)];
    const past = Array.from({ length: 60 }, (_, index) => promotion(-index - 2, -index - 1));
    const kept = keptPromotions([...past, ...live], NOW);
    expect(kept).toHaveLength(MOST_PROMOTIONS);
    expect(kept.filter((one) => isLive(one, NOW))).toEqual(live);
    expect(kept).toContain(past[0]);
    expect(kept).not.toContain(past.at(-1));
  });
});
