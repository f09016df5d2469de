import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient, MongoServerError, type Db } from 'mongodb';
import { REPLICA_SET } from './process-identity';

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
 * the present port into the configuration of older data, and waits until it is primary.
 * @param dbPath the folder it serves: a stranger who was quicker to take the port is left alone.
 * @param signal ends the wait (mongod has ended, or the time is up); the promise is then rejected.
 */
export async function becomePrimary(
  port: number,
  dbPath: string,
  signal: AbortSignal,
): Promise<void> {
  // By plain TCP first: the driver tries a refused connection again only after half a second.
  while (!(await isListening(port))) await delay(POLL_MS, undefined, { signal });
  const client = new MongoClient(`mongodb://${HOST}:${port}`, {
    directConnection: true,
    maxPoolSize: 1,
    serverSelectionTimeoutMS: 10_000,
  });
  const closeOnAbort = (): void => void client.close().catch(() => undefined);
  signal.addEventListener('abort', closeOnAbort);
  try {
    const admin = client.db('admin');
    while (!(await serves(admin, dbPath)) || !(await isPrimary(admin, `${HOST}:${port}`))) {
      await delay(POLL_MS, undefined, { signal });
    }
  } finally {
    signal.removeEventListener('abort', closeOnAbort);
    await client.close();
  }
}

async function serves(admin: Db, dbPath: string): Promise<boolean> {
  const { parsed } = await admin.command({ getCmdLineOpts: 1 });
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
