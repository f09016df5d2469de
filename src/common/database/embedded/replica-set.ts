import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient, MongoServerError, type Db } from 'mongodb';

/** The name of the embedded replica set. */
export const REPLICA_SET = 'allynet';

const HOST = '127.0.0.1';
const POLL_MS = 10;
/** `AlreadyInitialized`: it was still loading its configuration when we looked. */
const ALREADY_INITIALIZED = 23;

/** The connection string of an embedded replica set on this port. */
export function replicaSetUri(port: number): string {
  return `mongodb://${HOST}:${port}/?replicaSet=${REPLICA_SET}`;
}

/**
 * Brings the mongod on this port to where it takes writes: waits for it to listen, initiates the set on new data, puts
 * the present port into the configuration if it holds another one, and waits until it is primary.
 * @param signal ends the wait (mongod has ended, or the time is up); the promise is then rejected.
 */
export async function becomePrimary(
  port: number,
  dbPath: string,
  signal: AbortSignal,
): Promise<void> {
  await withMongod(port, dbPath, signal, async (client) => {
    const admin = client.db('admin');
    while (!(await isPrimary(admin, `${HOST}:${port}`))) {
      await delay(POLL_MS, undefined, { signal });
    }
  });
}

/**
 * Puts this port into the stored configuration of a set that isn't running, by a mongod that serves its data alone:
 * the procedure of MongoDB's manual for changing all hosts of a set. Only for data that was stopped properly.
 */
export async function moveOffline(
  port: number,
  dbPath: string,
  signal: AbortSignal,
): Promise<void> {
  await withMongod(port, dbPath, signal, async (client) => {
    await client
      .db('local')
      .collection<{ _id: string; version: number; members: { host: string }[] }>('system.replset')
      .updateOne(
        { _id: REPLICA_SET },
        { $set: { 'members.0.host': `${HOST}:${port}` }, $inc: { version: 1 } },
        { writeConcern: { w: 1, j: true } },
      );
  });
}

/** Waits for the mongod of this folder to listen on the port, and connects to it. */
async function withMongod(
  port: number,
  dbPath: string,
  signal: AbortSignal,
  use: (client: MongoClient) => Promise<void>,
): Promise<void> {
  // By plain TCP first: the driver tries a refused connection again only after half a second.
  while (!(await isListening(port))) await delay(POLL_MS, undefined, { signal });
  const client = new MongoClient(`mongodb://${HOST}:${port}`, {
    directConnection: true,
    maxPoolSize: 1,
    retryWrites: false, // a mongod alone knows none
    serverSelectionTimeoutMS: 10_000,
  });
  const closeOnAbort = (): void => void client.close().catch(() => undefined);
  signal.addEventListener('abort', closeOnAbort);
  try {
    // Somebody may have been quicker to take the port, perhaps another AllyNet: then ours ends in a moment.
    while (!(await serves(client, dbPath))) await delay(POLL_MS, undefined, { signal });
    await use(client);
  } finally {
    signal.removeEventListener('abort', closeOnAbort);
    await client.close();
  }
}

async function serves(client: MongoClient, dbPath: string): Promise<boolean> {
  const { parsed } = await client.db('admin').command({ getCmdLineOpts: 1 });
  return parsed?.storage?.dbPath === dbPath;
}

/** True once it takes writes; until then its configuration is created or corrected. */
async function isPrimary(admin: Db, host: string): Promise<boolean> {
  const hello = await admin.command({ hello: 1 });
  if (hello.isWritablePrimary === true) return true;
  const problem = await configurationProblem(admin);
  if (problem === 'NotYetInitialized') await initiate(admin, host);
  if (problem === 'InvalidReplicaSetConfig') await moveTo(admin, host);
  return false;
}

/** Why the set has no configuration that fits this process; undefined if it has one. */
async function configurationProblem(admin: Db): Promise<string | undefined> {
  try {
    await admin.command({ replSetGetStatus: 1 });
    return undefined;
  } catch (error) {
    if (error instanceof MongoServerError) return error.codeName;
    throw error;
  }
}

async function initiate(admin: Db, host: string): Promise<void> {
  try {
    const config = { _id: REPLICA_SET, members: [{ _id: 0, host }] };
    await admin.command({ replSetInitiate: config });
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== ALREADY_INITIALIZED) throw error;
  }
}

/** The stored configuration names another port, so mongod doesn't find itself in it: only force helps then. */
async function moveTo(admin: Db, host: string): Promise<void> {
  const { config } = await admin.command({ replSetGetConfig: 1 });
  const moved = { ...config, version: Number(config.version) + 1, members: [{ _id: 0, host }] };
  await admin.command({ replSetReconfig: moved, force: true });
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
