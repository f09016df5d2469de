import { createRequire } from 'node:module';
import { join } from 'node:path';

export interface RunningDatabase {
  uri: string;
  stop(): Promise<void>;
}

/** What is used of `src/common/database/embedded/embedded-mongo.ts`; the bench is compiled by itself. */
interface EmbeddedModule {
  startEmbeddedMongo: (options: {
    dataDir: string;
    mongodBinary?: string;
    log: (line: string) => void;
  }) => Promise<RunningDatabase>;
}

/** The replica set that BENCH_MONGODB_URI names, or else AllyNet's embedded one on a fresh folder. */
export async function openDatabase(workDir: string): Promise<RunningDatabase> {
  const { BENCH_MONGODB_URI: given, MONGOD_BINARY: mongodBinary } = process.env;
  if (given) return { uri: given, stop: async () => undefined };
  const load = createRequire(__filename);
  const path = join(__dirname, '../../common/database/embedded/embedded-mongo.js');
  const { startEmbeddedMongo } = load(path) as EmbeddedModule;
  return startEmbeddedMongo({
    dataDir: workDir,
    ...(mongodBinary ? { mongodBinary } : {}),
    log: (line) => process.stderr.write(`${line}\n`),
  });
}
