import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  startEmbeddedMongo,
  type EmbeddedMongo,
} from '../../src/common/database/embedded/embedded-mongo';

declare global {
  /** What `global-setup` leaves for `global-teardown`: they share no module instance, only the global object. */
  var allynetTestMongo: { mongo: EmbeddedMongo; dataDir: string } | undefined;
}

/**
 * Gives the whole run one replica set, as `TEST_MONGODB_URI`: a database of the developer's choice if it is set, else
 * a fresh embedded one that `global-teardown` removes. Jest may call this once for each project.
 */
export default async function globalSetup(): Promise<void> {
  if (process.env.TEST_MONGODB_URI) return;
  const dataDir = await mkdtemp(join(tmpdir(), 'allynet-test-'));
  const mongo = await startEmbeddedMongo({
    dataDir,
    mongodBinary: process.env.MONGOD_BINARY,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  globalThis.allynetTestMongo = { mongo, dataDir };
  process.env.TEST_MONGODB_URI = mongo.uri;
}
