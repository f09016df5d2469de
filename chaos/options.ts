import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LEAST_SECONDS } from './schedule';

export interface Options {
  seed: number;
  /** How long the load lasts. */
  seconds: number;
  /** Emergencies a second. */
  rate: number;
  /** Load alone, to see what the driver and the comparison say when nothing goes wrong. */
  faults: boolean;
  /** Folder of the report and the journal. */
  output: string;
}

/** Access tokens live for a quarter of an hour, and the phones of the driver do not log in again. */
const LONGEST_SECONDS = 600;

/** @throws TypeError or RangeError for an option that does not exist or makes no sense. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string' },
      seconds: { type: 'string' },
      rate: { type: 'string' },
      short: { type: 'boolean', default: false },
      'no-faults': { type: 'boolean', default: false },
      output: { type: 'string', default: '.data/chaos' },
    },
  });
  const seconds = Number(values.seconds ?? (values.short ? Math.ceil(LEAST_SECONDS) : 120));
  const rate = Number(values.rate ?? (values.short ? 2 : 3));
  const seed = Number(values.seed ?? (values.short ? 1 : Date.now() % 1_000_000));
  if (!(seconds > 0 && seconds <= LONGEST_SECONDS)) {
    throw new RangeError(`--seconds must be from 1 to ${LONGEST_SECONDS}`);
  }
  if (!(rate > 0 && rate <= 50)) throw new RangeError('--rate must be above 0 and at most 50');
  if (!Number.isInteger(seed)) throw new RangeError('--seed must be a whole number');
  return {
    seed,
    seconds,
    rate,
    faults: !values['no-faults'],
    output: resolve(values.output),
  };
}
