import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataFolderClaim } from './data-folder-claim';
import { explainLog, readLog, rotateLog } from './mongod-log';
import { launchMongod, mongodArguments, type MongodProcess } from './mongod-process';
import { readLockPid } from './orphan';
import { choosePort, readPreferredPort, savePreferredPort } from './preferred-port';
import { identifyProcess } from './process-identity';
import { becomePrimary } from './replica-set';
import { startWatchdog, type Watchdog } from './watchdog';

/** A mongod that is primary of its set and takes writes. */
export interface ServingMongod {
  port: number;
  /** Ends mongod, then its watchdog. */
  end(graceMs: number): Promise<void>;
}

interface Options {
  binary: string;
  dbPath: string;
  claim: DataFolderClaim;
  log: (line: string) => void;
}

/** Somebody may take the chosen port before mongod does. */
const PORT_ATTEMPTS = 3;
/** Normally 0.4 s; after a crash with much data the journal is replayed first. */
const READY_LIMIT_MS = 60_000;
const ABORT_GRACE_MS = 5_000;
const DYING_MS = 1_000;

/** mongod has ended although nobody asked it to. The message holds the last lines of its log. */
class MongodEndedError extends Error {
  constructor(
    message: string,
    readonly portTaken: boolean,
  ) {
    super(message);
  }
}

/**
 * Launches mongod with its watchdog, on the port of the former start if possible, and waits until it takes writes.
 * @throws Error with the reasons from mongod's log if it ends, or isn't ready in time.
 */
export async function startServing(options: Options): Promise<ServingMongod> {
  let preferred = await readPreferredPort(options.dbPath);
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort(preferred);
    try {
      return await tryPort(options, port);
    } catch (error) {
      const again = error instanceof MongodEndedError && error.portTaken;
      if (!again || attempt === PORT_ATTEMPTS) throw error;
      preferred = undefined;
    }
  }
}

async function tryPort(options: Options, port: number): Promise<ServingMongod> {
  const { binary, dbPath, claim, log } = options;
  const logPath = join(dirname(dbPath), 'mongodb.log');
  await rotateLog(logPath);
  const mongod = await launchMongod(binary, mongodArguments({ dbPath, port, logPath }));
  const watchdog = startWatchdog(mongod.pid);
  try {
    await claim.record({
      mongod: identifyProcess(mongod.pid),
      watchdogPid: watchdog.pid,
      port,
    });
    await waitUntilReady(mongod, port, dbPath, logPath);
    await savePreferredPort(dbPath, port);
  } catch (error) {
    await mongod.end(ABORT_GRACE_MS);
    watchdog.release();
    throw error;
  }
  return { port, end: endWith(mongod, watchdog, logPath, log) };
}

/** While it serves, an end that nobody asked for is logged; the driver sees to the rest (it reconnects or fails). */
function endWith(
  mongod: MongodProcess,
  watchdog: Watchdog,
  logPath: string,
  log: (line: string) => void,
): ServingMongod['end'] {
  let asked = false;
  void mongod.exited.then(async () => {
    if (asked) return;
    const why = explainLog(await readLog(logPath)).at(-1) ?? 'its log is empty';
    log(`The embedded mongod has ended unexpectedly: ${why} (see ${logPath})`);
  });
  return async (graceMs) => {
    asked = true;
    await mongod.end(graceMs);
    watchdog.release();
  };
}

async function waitUntilReady(
  mongod: MongodProcess,
  port: number,
  dbPath: string,
  logPath: string,
): Promise<void> {
  const giveUp = new AbortController();
  const limit = setTimeout(() => giveUp.abort(), READY_LIMIT_MS);
  const ready = becomePrimary(port, dbPath, giveUp.signal);
  try {
    await Promise.race([ready, mongod.exited]);
  } catch (error) {
    // A dying mongod drops its connections a moment before it is gone: its log says more than the network error.
    await Promise.race([mongod.exited, delay(DYING_MS)]);
    if (giveUp.signal.aborted) throw await describeDelay(logPath);
    if (!mongod.hasExited()) throw error;
  } finally {
    clearTimeout(limit);
    giveUp.abort();
    await ready.catch(() => undefined);
  }
  if (mongod.hasExited()) throw await describeEnd(mongod, dbPath, logPath);
}

async function describeDelay(logPath: string): Promise<Error> {
  const lines = explainLog(await readLog(logPath)).map((line) => `  ${line}`);
  const message = `mongod took no writes within ${READY_LIMIT_MS / 1000} s. Its log (${logPath}):`;
  return new Error([message, ...lines].join('\n'));
}

async function describeEnd(
  mongod: MongodProcess,
  dbPath: string,
  logPath: string,
): Promise<MongodEndedError> {
  const text = `${mongod.output()}\n${await readLog(logPath)}`;
  const portTaken = text.includes('Address already in use');
  if (text.includes('DBPathInUse')) {
    const pid = await readLockPid(dbPath);
    const holder = pid === undefined ? 'another mongod' : `another mongod (pid ${pid})`;
    const advice = 'End it, or set DATA_DIR to another folder.';
    return new MongodEndedError(
      `The database folder ${dbPath} is in use by ${holder}. ${advice}`,
      false,
    );
  }
  const lines = explainLog(text).map((line) => `  ${line}`);
  const message = `mongod ended while it was starting on ${dbPath}. The last of its log (${logPath}):`;
  return new MongodEndedError([message, ...lines].join('\n'), portTaken);
}
