import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** How much one run measures. */
export interface Plan {
  helpers: number;
  /** Rounds of each server; the two take turns. Many short ones: a burst of other work then meets both. */
  rounds: number;
  /** Requests of a round with 16 at once, and of one with a single client. */
  requestsAtOnce: number;
  requestsAlone: number;
  warmUpRequests: number;
  /** SOS whose way to 50 connected helpers is timed. */
  deliveries: number;
}

export interface Options {
  plan: Plan;
  /** Exit with 1 when a target is missed, for CI on a machine that is known. */
  strict: boolean;
  /** Where the JSON goes. */
  output: string;
  /** Folder for `--cpu-prof` profiles of both servers; none unless asked for. */
  profileDir: string | undefined;
}

/** About three minutes on two cores. */
const FULL: Plan = {
  helpers: 100_000,
  rounds: 12,
  requestsAtOnce: 500,
  requestsAlone: 100,
  warmUpRequests: 1500,
  deliveries: 60,
};

/** About a minute: the same cases with fewer samples, so the tails say little. */
const SHORT: Plan = {
  ...FULL,
  rounds: 4,
  requestsAtOnce: 300,
  requestsAlone: 60,
  warmUpRequests: 500,
  deliveries: 20,
};

/** Requests at once in the loaded case; what the targets are set for. */
export const CONCURRENCY = 16;

/** @throws TypeError for an option that does not exist. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      short: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      output: { type: 'string', default: '.data/bench/latest.json' },
      rounds: { type: 'string' },
    },
  });
  const plan = values.short ? SHORT : FULL;
  return {
    plan: { ...plan, rounds: values.rounds ? Number(values.rounds) : plan.rounds },
    strict: values.strict,
    output: resolve(values.output),
    profileDir: values.profile ? resolve('.data/bench/profiles') : undefined,
  };
}
