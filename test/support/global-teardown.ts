import { rm } from 'node:fs/promises';

/** Ends the database that `global-setup` started and removes its data; leaves a given one alone. */
export default async function globalTeardown(): Promise<void> {
  const started = globalThis.allynetTestMongo;
  if (started === undefined) return;
  globalThis.allynetTestMongo = undefined;
  delete process.env.TEST_MONGODB_URI; // in watch mode the next run starts its own
  await started.mongo.stop();
  await rm(started.dataDir, { recursive: true, force: true });
}
