import type { Parameters } from 'fast-check';

/**
 * How many runs, and which. Without a seed each run of the tests takes new ones; a failure prints its seed and path, and these
 * bring it back:
 *
 * - `MODEL_RUNS`: how many runs of each kind (500).
 * - `MODEL_SEED`, `MODEL_PATH`: begin as the failing run did, at the sequence it was shrunk to.
 * - `MODEL_REPLAY`: the `replayPath` that a failure of commands in turn prints beside them.
 */
const { MODEL_RUNS = '500', MODEL_SEED, MODEL_PATH, MODEL_REPLAY } = process.env;

export const REPLAY_PATH = MODEL_REPLAY;

/** True when one known failure is to be seen again. */
export const REPLAYS = MODEL_PATH !== undefined;

export function runs<T>(): Parameters<T> {
  const seed = MODEL_SEED === undefined ? Date.now() % 0x7fffffff : Number(MODEL_SEED);
  process.stderr.write(`${MODEL_RUNS} runs, MODEL_SEED=${seed}\n`);
  return {
    numRuns: Number(MODEL_RUNS),
    seed,
    ...(MODEL_PATH === undefined ? {} : { path: MODEL_PATH }),
  };
}

/** Long enough for the runs and, when one fails, for shrinking it. */
export const TIMEOUT_MS = 60_000 + Number(MODEL_RUNS) * 2000;
