import { HOUR, MINUTE, SECOND } from '../../../common/time/clock';
import { ORDINARY, URGENT } from '../schemas/delivery.schema';
import { MOST_ATTEMPTS, retryDelay } from './retry-delay';

const all = (priority: number, random: number): number[] =>
  Array.from({ length: MOST_ATTEMPTS - 1 }, (_, index) => retryDelay(index + 1, priority, random));
const sum = (waits: number[]): number => waits.reduce((total, wait) => total + wait, 0);

describe('The wait after an attempt that failed', () => {
  it('doubles, up to an hour', () => {
    expect(all(ORDINARY, 1).map((wait) => wait / SECOND)).toEqual([
      30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600,
    ]);
  });

  it('is seconds for an SOS, a minute at most', () => {
    expect(all(URGENT, 1).map((wait) => wait / SECOND)).toEqual([
      1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60,
    ]);
  });

  it('is left to chance by half, so that what failed together does not come back together', () => {
    expect(retryDelay(1, ORDINARY, 0)).toBe(15 * SECOND);
    expect(retryDelay(1, ORDINARY, 0.5)).toBe(22.5 * SECOND);
    expect(retryDelay(1, ORDINARY, 1)).toBe(30 * SECOND);
  });

  it('adds up to hours for what keeps, to minutes for an SOS', () => {
    expect(sum(all(ORDINARY, 0))).toBeGreaterThan(2.5 * HOUR);
    expect(sum(all(ORDINARY, 1))).toBeLessThan(6 * HOUR);
    expect(sum(all(URGENT, 0))).toBeGreaterThan(3 * MINUTE - SECOND);
    expect(sum(all(URGENT, 1))).toBeLessThan(7 * MINUTE);
  });
});
