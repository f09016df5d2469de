import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  identifyProcess,
  isMongodServing,
  isRunning,
  type ProcessRecord,
} from './process-identity';

/** A mongod that is asked to stop needs about 1 s; a big checkpoint on a slow disk a few. */
const TERM_LIMIT_MS = 10_000;
const KILL_LIMIT_MS = 5_000;

/**
 * Ends the mongod which a dead server left behind on `dbPath`, if there is one. A process is signalled only if its
 * command line shows that it serves this very folder, so a recycled pid never costs a stranger its life.
 * @param recorded mongod as the pid file knew it; without it mongod's own lock file is asked.
 */
export async function endOrphan(
  dbPath: string,
  recorded: ProcessRecord | undefined,
  log: (line: string) => void,
): Promise<void> {
  const candidate = recorded ?? (await fromLockFile(dbPath));
  if (candidate === undefined || !isRunning(candidate)) return;
  if (!isMongodServing(candidate.pid, dbPath)) return;
  log(`Ending the mongod (pid ${candidate.pid}) that a server which died left behind.`);
  if (await signalAndWait(candidate, 'SIGTERM', TERM_LIMIT_MS)) return;
  if (await signalAndWait(candidate, 'SIGKILL', KILL_LIMIT_MS)) return;
  throw new Error(
    `mongod (pid ${candidate.pid}) on ${dbPath} does not end, not even by SIGKILL. ` +
      'End it by hand, or set DATA_DIR to another folder.',
  );
}

/** The pid in `mongod.lock`, which mongod empties when it stops properly. */
export async function readLockPid(dbPath: string): Promise<number | undefined> {
  const text = await readFile(join(dbPath, 'mongod.lock'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

async function fromLockFile(dbPath: string): Promise<ProcessRecord | undefined> {
  const pid = await readLockPid(dbPath);
  return pid === undefined ? undefined : identifyProcess(pid);
}

async function signalAndWait(
  target: ProcessRecord,
  signal: NodeJS.Signals,
  limitMs: number,
): Promise<boolean> {
  try {
    process.kill(target.pid, signal);
  } catch {
    // It ended on its own (a watchdog at work), or it isn't ours to signal: the wait tells which.
  }
  const deadline = performance.now() + limitMs;
  while (isRunning(target)) {
    if (performance.now() > deadline) return false;
    await delay(50);
  }
  return true;
}
