import { MongoClient } from 'mongodb';
import { randomBytes } from 'node:crypto';
import { startEmbeddedMongo } from '../../common/database/embedded/embedded-mongo';

const NAME_PREFIX = 'demo_';

/** A throw-away database: given away to the server, dropped at the end. */
export interface DemoDatabase {
  uri: string;
  name: string;
  /** Drops the database, and ends the embedded MongoDB if there is one. */
  remove(): Promise<void>;
}

export interface DatabaseOptions {
  /** MONGODB_URI; without it an embedded MongoDB is started. */
  uri: string | undefined;
  dataDir: string;
  mongodBinary: string | undefined;
  log: (line: string) => void;
}

/** @throws Error that says what to do when there is no MongoDB to be had, or the data folder is in use. */
export async function openDemoDatabase(options: DatabaseOptions): Promise<DemoDatabase> {
  const { uri, dataDir, mongodBinary, log } = options;
  const name = `${NAME_PREFIX}${randomBytes(6).toString('hex')}`;
  if (uri) return { uri, name, remove: () => drop(uri, [name]) };
  const embedded = await startEmbeddedMongo({
    dataDir,
    log,
    ...(mongodBinary ? { mongodBinary } : {}),
  });
  await dropLeftovers(embedded.uri);
  return {
    uri: embedded.uri,
    name,
    remove: async () => {
      try {
        await drop(embedded.uri, [name]);
      } finally {
        await embedded.stop();
      }
    },
  };
}

/** What a killed demo left behind. Only in the embedded MongoDB: no two demos share that one. */
async function dropLeftovers(uri: string): Promise<void> {
  const client = new MongoClient(uri);
  try {
    const { databases } = await client.db().admin().listDatabases({ nameOnly: true });
    const left = databases.map(({ name }) => name).filter((name) => name.startsWith(NAME_PREFIX));
    await drop(uri, left);
  } finally {
    await client.close();
  }
}

async function drop(uri: string, names: string[]): Promise<void> {
  if (names.length === 0) return;
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 5000 });
  try {
    for (const name of names) await client.db(name).dropDatabase();
  } finally {
    await client.close();
  }
}
