import { dirname, join } from 'node:path';
import type { DataFolderClaim } from './data-folder-claim';
import { launchGuarded, workWith, type LaunchOptions } from './guarded-mongod';
import { explainLog, readLog, rotateLog } from './mongod-log';
import { readLockPid } from './orphan';
import { choosePort, readPreferredPort, savePreferredPort } from './preferred-port';
import { becomePrimary, moveOffline } from './replica-set';
import { MongodEndedError } from './start-failure';

/** A mongod that is primary of its set and takes writes. */
export interface ServingMongod {
  port: number;
  /** Ends mongod, then its watchdog. */
  end(graceMs: number): Promise<void>;
}

type Log = (line: string) => void;

/** Somebody may take the chosen port before mongod does. */
const PORT_ATTEMPTS = 3;
/** Normally 0.4 s; after a crash with much data the journal is replayed first. */
const READY_LIMIT_MS = 60_000;
const ABORT_GRACE_MS = 5_000;

/**
 * Starts a mongod on the port of the former start if possible, and waits until it takes writes.
 * @throws Error with the reasons from mongod's log if it ends, or isn't ready in time.
 */
export async function startServing(
  binary: string,
  dbPath: string,
  claim: DataFolderClaim,
  log: Log,
): Promise<ServingMongod> {
  const logPath = join(dirname(dbPath), 'mongodb.log');
  const former = await readPreferredPort(dbPath);
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort(attempt === 1 ? former : undefined);
    const options = { binary, dbPath, logPath, port, claim };
    try {
      await rotateLog(logPath);
      if (former !== undefined && former !== port) await moveFrom(former, options, log);
      return await serve(options, log);
    } catch (error) {
      const again = error instanceof MongodEndedError && error.portTaken;
      if (!again || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

/**
 * Takes the data to another port before the replica set starts. Left to itself the set would ask whoever sits on its
 * former port whether that is itself, and wait 30 s if there is no answer. After a crash that has to be accepted (the
 * set moves all the same, in `becomePrimary`): only the set replays its operations, so it must start first.
 */
async function moveFrom(former: number, options: LaunchOptions, log: Log): Promise<void> {
  const { dbPath, port } = options;
  const crashed = (await readLockPid(dbPath)) !== undefined;
  const delay = crashed ? ' After the crash this may take half a minute.' : '';
  log(`Port ${former} is taken: the embedded MongoDB moves to ${port}.${delay}`);
  if (crashed) return;
  const mongod = await launchGuarded(options, 'alone');
  try {
    await workWith(mongod.process, options, READY_LIMIT_MS, (signal) =>
      moveOffline(port, dbPath, signal),
    );
  } finally {
    await mongod.end(ABORT_GRACE_MS);
  }
}

async function serve(options: LaunchOptions, log: Log): Promise<ServingMongod> {
  const { dbPath, logPath, port } = options;
  const mongod = await launchGuarded(options, 'replica set');
  try {
    await workWith(mongod.process, options, READY_LIMIT_MS, (signal) =>
      becomePrimary(port, dbPath, signal),
    );
    await savePreferredPort(dbPath, port);
  } catch (error) {
    await mongod.end(ABORT_GRACE_MS);
    throw error;
  }
  let asked = false;
  void mongod.process.exited.then(async () => {
    if (!asked) log(await describeUnexpectedEnd(logPath));
  });
  return {
    port,
    end: (graceMs) => {
      asked = true;
      return mongod.end(graceMs);
    },
  };
}

async function describeUnexpectedEnd(logPath: string): Promise<string> {
  const why = explainLog(await readLog(logPath)).at(-1) ?? 'its log is empty';
  return `The embedded mongod has ended unexpectedly: ${why} (see ${logPath})`;
}
