import { FAULT_KINDS, LEAST_SECONDS, schedule } from './schedule';

describe('The schedule of faults', () => {
  it('is a function of seed and duration alone', () => {
    expect(schedule(7, 120)).toEqual(schedule(7, 120));
    expect(schedule(8, 120)).not.toEqual(schedule(7, 120));
  });

  it.each([1, 2, 3, 4, 5, 112, 9001])(
    'holds every kind of fault in the shortest run (seed %i)',
    (seed) => {
      const kinds = schedule(seed, LEAST_SECONDS).map(({ kind }) => kind);
      expect([...new Set(kinds)].sort()).toEqual([...FAULT_KINDS].sort());
    },
  );

  it.each([1, 2, 3])('stays inside the run and in order (seed %i)', (seed) => {
    const times = schedule(seed, 180).map(({ atMs }) => atMs);
    expect(times.length).toBeGreaterThan(10);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(Math.max(...times)).toBeLessThan(180_000);
  });

  it('goes longer with more faults, and begins alike', () => {
    const long = schedule(3, 240);
    const short = schedule(3, 120);
    expect(long.slice(0, short.length)).toEqual(short);
    expect(long.length).toBeGreaterThan(short.length);
  });

  it('refuses a run that is too short for every kind', () => {
    expect(() => schedule(1, 10)).toThrow(RangeError);
  });
});
