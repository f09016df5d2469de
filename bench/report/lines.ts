import type { CpuUse } from '../measure/cpu-time';
import { median, medianOfKnown, percentile } from '../measure/statistics';

/** One line of the table. */
export interface Line {
  name: string;
  unit: 'a second' | 'ms' | 'KiB';
  floor?: number | undefined;
  allynet: number | undefined;
  /** AllyNet's part of the floor's. */
  ratio?: number | undefined;
  /** Between these lies the middle half of the ratios of single rounds: how far the figure can be trusted. */
  spread?: [lower: number, upper: number];
  target?: { text: string; reached: boolean };
}

/** The same rounds by the floor and by AllyNet. */
export interface Pair<Round> {
  floor: Round[];
  allynet: Round[];
}

/** What every round of requests or updates tells. */
export interface Round {
  operations: number;
  perSecond: number;
  /** Of each, in milliseconds. */
  latencies: number[];
  /** Over the whole round. */
  cpu: CpuUse;
}

export type Measure<R> = (rounds: R[]) => number | undefined;

export const rate: Measure<Round> = (rounds) => median(rounds.map(({ perSecond }) => perSecond));

export function latency(share: number): Measure<Round> {
  return (rounds) =>
    percentile(
      rounds.flatMap(({ latencies }) => latencies),
      share,
    );
}

/** CPU milliseconds of one process for each operation. */
export function cpuEach(process: 'server' | 'mongod'): Measure<Round> {
  return (rounds) =>
    medianOfKnown(
      rounds.map(({ cpu, operations }) => {
        const total = cpu[process];
        return total === undefined ? undefined : total / operations;
      }),
    );
}

/** A line that sets AllyNet beside its floor. */
export function compare<R>(
  name: string,
  unit: Line['unit'],
  rounds: Pair<R>,
  measure: Measure<R>,
): Line {
  const floor = rounds.floor.length > 0 ? measure(rounds.floor) : undefined;
  const allynet = measure(rounds.allynet);
  if (floor === undefined || allynet === undefined) return { name, unit, floor, allynet };
  const ratios = rounds.floor.flatMap((one, index) => {
    const other = rounds.allynet[index];
    const [below, above] = [measure([one]), other && measure([other])];
    return below && above ? [above / below] : [];
  });
  return {
    name,
    unit,
    floor,
    allynet,
    ratio: allynet / floor,
    ...(ratios.length > 2
      ? { spread: [percentile(ratios, 0.25), percentile(ratios, 0.75)] as [number, number] }
      : {}),
  };
}

export function atLeast(line: Line, share: number): Line {
  const reached = (line.ratio ?? 0) >= share;
  return { ...line, target: { text: `≥ ${Math.round(share * 100)} %`, reached } };
}

export function atMost(line: Line, times: number): Line {
  const reached = (line.ratio ?? Infinity) <= times;
  return { ...line, target: { text: `≤ ${times}×`, reached } };
}

/** A limit on the figure itself, whatever the floor's. */
export function within(line: Line, limit: number): Line {
  const reached = (line.allynet ?? Infinity) <= limit;
  return { ...line, target: { text: `≤ ${limit} ${line.unit}`, reached } };
}
