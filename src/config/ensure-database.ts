import { runningEmbeddedUri } from '../common/database/embedded/running-embedded';
import { startEmbeddedMongo } from '../common/database/embedded/embedded-mongo';
import type { Environment } from './environment';

export interface RunningDatabase {
  stop(): Promise<void>;
}

/**
 * Sees to it that MONGODB_URI names a database: the given one, or else (production never gets here without one) the
 * embedded one, which the caller stops after the application.
 */
export async function ensureDatabase(environment: Environment): Promise<RunningDatabase> {
  if (environment.MONGODB_URI) return { stop: async () => undefined };
  const embedded = await startEmbeddedMongo({
    dataDir: environment.DATA_DIR,
    ...(environment.MONGOD_BINARY ? { mongodBinary: environment.MONGOD_BINARY } : {}),
    log: (line) => process.stderr.write(`${line}\n`),
  });
  process.env.MONGODB_URI = embedded.uri;
  return embedded;
}

/** For commands that work beside the server: as `ensureDatabase`, but joins the embedded database of one that is running. */
export async function reachDatabase(environment: Environment): Promise<RunningDatabase> {
  const uri = environment.MONGODB_URI ?? (await runningEmbeddedUri(environment.DATA_DIR));
  if (uri === undefined) return ensureDatabase(environment);
  process.env.MONGODB_URI = uri;
  return { stop: async () => undefined };
}
