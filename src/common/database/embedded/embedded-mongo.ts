import { mkdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { types } from 'node:util';
import { claimDataFolder, type DataFolderClaim } from './data-folder-claim';
import { resolveMongod } from './mongod-binary';
import type { MongodBinary } from './mongod-version';
import { replicaSetUri } from './replica-set';
import { startServing, type ServingMongod } from './serving-mongod';

/** A private one-node replica set that lives as long as this process, or until stopped. */
export interface EmbeddedMongo {
  /** Names no database: the caller gives `dbName`. */
  uri: string;
  /** Ends mongod and waits for it. May be called more than once. */
  stop(): Promise<void>;
}

/** mongod needs about 1 s for a clean end. */
const STOP_GRACE_MS = 8_000;

/**
 * Starts the database that AllyNet uses where no `MONGODB_URI` is set. Its data stays in `<dataDir>/mongodb/` and is
 * there again at the next start.
 * @param options.mongodBinary the value of `MONGOD_BINARY`; without it a mongod is found or fetched.
 * @throws Error that says what to do: no usable mongod, the folder is in use, or mongod ended (with its reasons).
 */
export async function startEmbeddedMongo(options: {
  dataDir: string;
  mongodBinary?: string;
  log: (line: string) => void;
}): Promise<EmbeddedMongo> {
  if (process.platform === 'win32') {
    throw new Error('The embedded MongoDB is for Linux and macOS: set MONGODB_URI.');
  }
  const dbPath = await createDbFolder(options.dataDir);
  // Before a binary is looked for: whoever starts the server twice should hear of it at once.
  const claim = await claimDataFolder(dbPath, options.log);
  let binary: MongodBinary;
  let mongod: ServingMongod;
  const began = performance.now();
  try {
    binary = await resolveMongod(options);
    mongod = await startServing(binary.path, dbPath, claim, options.log);
  } catch (error) {
    await claim.release();
    throw error;
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(2);
  options.log(
    `Embedded MongoDB ${binary.version} is ready on 127.0.0.1:${mongod.port} after ${seconds} s, data in ${dbPath}`,
  );
  let stopped: Promise<void> | undefined;
  return {
    uri: replicaSetUri(mongod.port),
    stop: () => (stopped ??= stop(mongod, claim)),
  };
}

async function stop(mongod: ServingMongod, claim: DataFolderClaim): Promise<void> {
  await mongod.end(STOP_GRACE_MS);
  await claim.release();
}

/** @returns the real path, since mongod is recognised by the path on its command line. */
async function createDbFolder(dataDir: string): Promise<string> {
  const dbPath = join(resolve(dataDir), 'mongodb');
  try {
    await mkdir(dbPath, { recursive: true });
    return await realpath(dbPath);
  } catch (error) {
    const why = types.isNativeError(error) ? error.message : String(error);
    throw new Error(`The database folder cannot be created (${why}). Set DATA_DIR to another.`, {
      cause: error,
    });
  }
}
