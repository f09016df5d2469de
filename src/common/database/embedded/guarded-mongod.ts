import { setTimeout as delay } from 'node:timers/promises';
import type { DataFolderClaim } from './data-folder-claim';
import { launchMongod, mongodArguments, type MongodProcess } from './mongod-process';
import { identifyProcess } from './process-identity';
import { describeDelay, describeEnd } from './start-failure';
import { startWatchdog } from './watchdog';

/** What a mongod is launched with. */
export interface LaunchOptions {
  binary: string;
  dbPath: string;
  logPath: string;
  port: number;
  claim: DataFolderClaim;
}

/** A mongod that ends when this process dies, and that a later start would recognise. */
export interface GuardedMongod {
  readonly process: MongodProcess;
  /** Ends mongod, then its watchdog. */
  end(graceMs: number): Promise<void>;
}

/** A dying mongod drops its connections a moment before it is gone. */
const DYING_MS = 1_000;

/**
 * Launches mongod with a watchdog, and writes both into the pid file.
 * @param mode `alone` serves the data without its replica set, as MongoDB's manual has it for changes of hosts.
 */
export async function launchGuarded(
  options: LaunchOptions,
  mode: 'replica set' | 'alone',
): Promise<GuardedMongod> {
  const mongod = await launchMongod(options.binary, mongodArguments(options, mode));
  const watchdog = startWatchdog(mongod.pid);
  const end = async (graceMs: number): Promise<void> => {
    await mongod.end(graceMs);
    watchdog.release();
  };
  try {
    await options.claim.record({
      mongod: identifyProcess(mongod.pid),
      watchdogPid: watchdog.pid,
      port: options.port,
    });
  } catch (error) {
    await end(0);
    throw error;
  }
  return { process: mongod, end };
}

/**
 * Does `work` with a mongod that has just been launched, which may end meanwhile or never come to serve.
 * @param work is told by the signal to give up.
 * @throws MongodEndedError with the reasons from its log if it ends; Error if the work takes longer than `limitMs`.
 */
export async function workWith(
  mongod: MongodProcess,
  options: LaunchOptions,
  limitMs: number,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const giveUp = new AbortController();
  const limit = setTimeout(() => giveUp.abort(), limitMs);
  const done = work(giveUp.signal);
  try {
    await Promise.race([done, mongod.exited]);
  } catch (error) {
    await Promise.race([mongod.exited, delay(DYING_MS)]);
    if (giveUp.signal.aborted) throw await describeDelay(limitMs, options.logPath);
    if (!mongod.hasExited()) throw error;
  } finally {
    clearTimeout(limit);
    giveUp.abort();
    await done.catch(() => undefined);
  }
  if (mongod.hasExited()) throw await describeEnd(mongod.output(), options);
}
