import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { types } from 'node:util';
import { isRunning, type ProcessRecord } from './process-identity';

const POLL_MS = 25;

/**
 * Runs `action` while no other process of this machine runs one with the same lock file. It lets one start at a time
 * judge and replace a stale pid file. The lock of a dead process is passed over. (Two starts that do so at the very
 * same time may both go on; mongod's own lock on its data stands behind this.)
 */
export async function withStartLock(
  lockFile: string,
  holder: ProcessRecord,
  action: () => Promise<void>,
): Promise<void> {
  while (!(await createFile(lockFile, `${holder.pid} ${holder.startToken}`))) {
    if (await isHeld(lockFile)) await delay(POLL_MS);
    else await rm(lockFile, { force: true });
  }
  try {
    await action();
  } finally {
    await rm(lockFile, { force: true });
  }
}

/** Puts a file with this text at `path` in one step: nobody ever reads half of it. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text);
  await rename(draft, path);
}

/** @returns false if the file exists. It is created with its content in one step, by a hard link. */
async function createFile(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    // Not `instanceof Error`: under Jest the file system's errors come from another realm.
    if (types.isNativeError(error) && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function isHeld(lockFile: string): Promise<boolean> {
  const text = await readFile(lockFile, 'utf8').catch(() => undefined);
  if (text === undefined) return true; // released a moment ago: look again
  const [pid, ...token] = text.split(' ');
  return isRunning({ pid: Number(pid), startToken: token.join(' ') });
}
