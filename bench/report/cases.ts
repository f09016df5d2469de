import type { DeliveryAnswer } from '../clients/protocol';
import { CONCURRENCY } from '../options';
import type { Round, Rounds } from '../rounds';
import { median, medianOfKnown, percentile } from './statistics';

/** One line of the table. */
export interface Case {
  name: string;
  unit: 'a second' | 'ms';
  floor?: number | undefined;
  allynet: number | undefined;
  /** AllyNet's part of the floor's. */
  ratio?: number | undefined;
  /** Between these lies the middle half of the ratios of single rounds: how far the figure can be trusted. */
  spread?: [lower: number, upper: number];
  target?: { text: string; reached: boolean };
}

/** What is to be reached. */
const TARGETS = {
  throughput: 0.75,
  p99AtOnce: 1.7,
  p50Alone: 1.4,
  lastHelperMs: 5,
};

type Measure = (rounds: Round[]) => number | undefined;

export function requestCases({ atOnce, alone }: { atOnce: Rounds; alone: Rounds }): Case[] {
  const label = `${CONCURRENCY} at once`;
  return [
    atLeast(
      compare(`requests, ${label}`, 'a second', atOnce, (rounds) =>
        median(rounds.map(({ perSecond }) => perSecond)),
      ),
      TARGETS.throughput,
    ),
    compare(`p50, ${label}`, 'ms', atOnce, latency(0.5)),
    atMost(compare(`p99, ${label}`, 'ms', atOnce, latency(0.99)), TARGETS.p99AtOnce),
    atMost(compare('p50, alone', 'ms', alone, latency(0.5)), TARGETS.p50Alone),
    compare('p99, alone', 'ms', alone, latency(0.99)),
    compare(`CPU of the server an SOS, ${label}`, 'ms', atOnce, (rounds) =>
      medianOfKnown(rounds.map(({ cpu, requests }) => each(cpu.server, requests))),
    ),
    compare(`CPU of mongod an SOS, ${label}`, 'ms', atOnce, (rounds) =>
      medianOfKnown(rounds.map(({ cpu, requests }) => each(cpu.mongod, requests))),
    ),
  ];
}

export function deliveryCases(delivery: DeliveryAnswer, title: string): Case[] {
  const { answered, first, last, lastAfterAnswer } = delivery;
  const p50 = percentile(lastAfterAnswer, 0.5);
  const single = (name: string, allynet: number): Case => ({
    name: `${title}: ${name}`,
    unit: 'ms',
    allynet,
  });
  return [
    {
      ...single('201 to last helper, p50', p50),
      target: { text: `≤ ${TARGETS.lastHelperMs} ms`, reached: p50 <= TARGETS.lastHelperMs },
    },
    single('201 to last helper, p95', percentile(lastAfterAnswer, 0.95)),
    single('tap to 201, p50', percentile(answered, 0.5)),
    single('tap to first helper, p50', percentile(first, 0.5)),
    single('tap to last helper, p50', percentile(last, 0.5)),
    single('tap to last helper, p95', percentile(last, 0.95)),
  ];
}

/** The share (0–1) of the machine that other work took while the rounds ran. */
export interface OtherWork {
  median: number;
  highest: number;
}

/** @returns undefined where it cannot be known. */
export function otherWork(phases: Rounds[]): OtherWork | undefined {
  const shares = phases
    .flatMap(({ floor, allynet }) => [...floor, ...allynet])
    .flatMap(({ cpu }) => (cpu.others === undefined ? [] : [cpu.others]));
  if (shares.length === 0) return undefined;
  return { median: median(shares), highest: Math.max(...shares) };
}

function each(total: number | undefined, requests: number): number | undefined {
  return total === undefined ? undefined : total / requests;
}

function latency(share: number): Measure {
  return (rounds) =>
    percentile(
      rounds.flatMap(({ latencies }) => latencies),
      share,
    );
}

function compare(name: string, unit: Case['unit'], rounds: Rounds, measure: Measure): Case {
  const floor = measure(rounds.floor);
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
    spread: [percentile(ratios, 0.25), percentile(ratios, 0.75)],
  };
}

function atLeast(result: Case, share: number): Case {
  const reached = (result.ratio ?? 0) >= share;
  return { ...result, target: { text: `≥ ${Math.round(share * 100)} %`, reached } };
}

function atMost(result: Case, times: number): Case {
  const reached = (result.ratio ?? Infinity) <= times;
  return { ...result, target: { text: `≤ ${times}×`, reached } };
}
