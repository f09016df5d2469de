import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const CASES = ['sos', 'fanout', 'memory', 'nearest', 'positions', 'start'] as const;
export type CaseName = (typeof CASES)[number];

/** How much one run measures. */
export interface Plan {
  /** In the city of every case but `nearest`. */
  helpers: number;
  /** How many of them have a session, and so can connect. */
  connected: number;
  sos: {
    /** Of each server; the two take turns. Many short ones: a burst of other work then meets both. */
    rounds: number;
    /** Requests of a round, by how many are under way at once. */
    requests: Record<1 | 16 | 64, number>;
    warmUp: number;
    /** SOS whose way to 50 connected helpers is timed. */
    deliveries: number;
  };
  fanout: { members: number[]; events: number };
  memory: { connections: number };
  nearest: {
    helpers: number;
    /** In metres. */
    radii: number[];
    rounds: number;
    /** Of each contender in a round, for each place and radius. */
    searches: number;
    /** How many of them are compared with brute force. */
    checked: number;
    /** For how long positions move before anything is timed. */
    movingSeconds: number;
  };
  positions: { rounds: number; updates: number };
  start: { times: number };
}

export interface Options {
  plan: Plan;
  cases: CaseName[];
  /** Exit with 1 when a target is missed, for CI on a machine that is known. */
  strict: boolean;
  /** Where the JSON goes. */
  output: string;
  /** Folder for `--cpu-prof` profiles of both servers; none unless asked for. */
  profileDir: string | undefined;
}

/** About twelve minutes on two cores. */
const FULL: Plan = {
  helpers: 100_000,
  connected: 5000,
  sos: { rounds: 12, requests: { 1: 100, 16: 500, 64: 500 }, warmUp: 1500, deliveries: 60 },
  fanout: { members: [50, 1000, 5000], events: 40 },
  memory: { connections: 4000 },
  nearest: {
    helpers: 1_000_000,
    radii: [1000, 2000, 5000, 10_000],
    rounds: 4,
    searches: 50,
    checked: 20,
    movingSeconds: 30,
  },
  positions: { rounds: 6, updates: 6000 },
  start: { times: 10 },
};

/** About three minutes: the same cases with fewer samples on less data, to see that each of them runs. */
const SHORT: Plan = {
  helpers: 20_000,
  connected: 1000,
  sos: { rounds: 2, requests: { 1: 30, 16: 150, 64: 150 }, warmUp: 200, deliveries: 10 },
  fanout: { members: [50, 500], events: 5 },
  memory: { connections: 800 },
  nearest: {
    helpers: 50_000,
    radii: [1000, 10_000],
    rounds: 2,
    searches: 10,
    checked: 5,
    movingSeconds: 3,
  },
  positions: { rounds: 2, updates: 1500 },
  start: { times: 2 },
};

/** @throws TypeError for an option or a case that does not exist. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      short: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      only: { type: 'string' },
      output: { type: 'string', default: '.data/bench/latest.json' },
    },
  });
  return {
    plan: values.short ? SHORT : FULL,
    cases: values.only === undefined ? [...CASES] : values.only.split(',').map(caseNamed),
    strict: values.strict,
    output: resolve(values.output),
    profileDir: values.profile ? resolve('.data/bench/profiles') : undefined,
  };
}

function caseNamed(name: string): CaseName {
  const found = CASES.find((known) => known === name);
  if (!found) throw new TypeError(`There is no case ${name}; there are ${CASES.join(', ')}.`);
  return found;
}
