import { parseArgs } from 'node:util';

export interface Options {
  /** End after the stories instead of staying up. */
  once: boolean;
  seed: number;
  city: string;
  help: boolean;
}

export const USAGE = `npm run demo -- [--once] [--seed N] [--city NAME[,COUNTRY]]

  --once   end after the stories, with exit code 0 only if every step was as it must be
  --seed   a whole number; the same seed gives the same people, places and answers (default 112)
  --city   a city of GeoNames, such as Utrecht,NL (default Leipzig)

Environment: MONGODB_URI (default: an embedded database), DATA_DIR (default .data; the demo uses demo/ in it), PORT.`;

const LARGEST_SEED = 0xffff_ffff;

/** @throws Error that says which argument is wrong. */
export function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      once: { type: 'boolean', default: false },
      seed: { type: 'string', default: '112' },
      city: { type: 'string', default: 'Leipzig' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const seed = Number(values.seed);
  if (!Number.isInteger(seed) || seed < 0 || seed > LARGEST_SEED) {
    throw new Error(`--seed must be a whole number from 0 to ${LARGEST_SEED}.`);
  }
  return { once: values.once, seed, city: values.city, help: values.help };
}
