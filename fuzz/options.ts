import { parseArgs } from 'node:util';

export interface Options {
  /** Fixes what is generated. */
  seed: number;
  /** A minute and a half instead of some five. */
  short: boolean;
}

/** @throws TypeError or RangeError for an option that does not exist or makes no sense. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: { seed: { type: 'string' }, short: { type: 'boolean', default: false } },
  });
  const { short } = values;
  const seed = Number(values.seed ?? (short ? 1 : Date.now() % 1_000_000));
  if (!Number.isInteger(seed)) throw new RangeError('--seed must be a whole number');
  return { seed, short };
}
