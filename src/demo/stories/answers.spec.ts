import type { Helper } from '../client/helper';
import { Random } from '../random';
import { planAnswers } from './answers';

const helpers = (count: number): Helper[] => Array.from({ length: count }, () => ({}) as Helper);
const partsOf = (count: number, seed: number): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { part } of planAnswers(helpers(count), new Random(seed))) {
    counts[part] = (counts[part] ?? 0) + 1;
  }
  return counts;
};

describe('planning what the alerted do', () => {
  it.each([1, 2, 3])('follows the rates of docs/design.md whatever the seed (%s)', (seed) => {
    // Of 100: 76 see it, 38 of them accept, 27 of those come.
    expect(partsOf(100, seed)).toEqual({
      comes: 27,
      accepts: 11,
      declines: 19,
      'keeps silent': 19,
      'misses it': 24,
    });
  });

  it('lets at least one come', () => {
    expect(partsOf(1, 1)).toEqual({ comes: 1 });
  });

  it('plans the same for the same seed', () => {
    const [one, two] = [new Random(7), new Random(7)].map((random) =>
      planAnswers(helpers(40), random).map(({ part, setsOutAfter }) => [part, setsOutAfter]),
    );
    expect(one).toEqual(two);
  });

  it('has everybody see before they answer, and answer before they set out', () => {
    for (const plan of planAnswers(helpers(200), new Random(9))) {
      expect(plan.seesAfter).toBeLessThan(plan.answersAfter);
      expect(plan.answersAfter).toBeLessThan(plan.setsOutAfter);
    }
  });
});
