import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endOrphan } from './orphan';
import { identifyProcess, isRunning, type ProcessRecord } from './process-identity';
import { replaceFile, withStartLock } from './start-lock';

/** What the pid file says: which server owns the data folder, and by which processes. */
export interface ClaimRecord {
  owner: ProcessRecord;
  mongod?: ProcessRecord;
  watchdogPid?: number;
  port?: number;
}

/** A data folder that belongs to this process until released. */
export interface DataFolderClaim {
  /** Adds to the pid file what a later start needs in order to recognise our mongod. */
  record(details: Omit<ClaimRecord, 'owner'>): Promise<void>;
  release(): Promise<void>;
}

/** The pid file of a data folder. */
export function pidFile(dbPath: string): string {
  return join(dbPath, 'allynet.pid');
}

/**
 * Makes this process the owner of a data folder, ending the mongod that a dead owner left behind.
 * @throws Error which names the owner if another living server has the folder.
 */
export async function claimDataFolder(
  dbPath: string,
  log: (line: string) => void,
): Promise<DataFolderClaim> {
  const path = pidFile(dbPath);
  const owner = identifyProcess(process.pid) ?? { pid: process.pid, startToken: 'unknown' };
  await withStartLock(join(dbPath, 'allynet.lock'), owner, async () => {
    const former = await readClaim(path);
    if (former !== undefined) {
      if (isRunning(former.owner)) throw new Error(describeLivingOwner(dbPath, former));
      await endOrphan(dbPath, former.mongod, log);
    }
    await replaceFile(path, JSON.stringify({ owner }));
  });
  return {
    record: (details) => replaceFile(path, JSON.stringify({ owner, ...details })),
    release: () => rm(path, { force: true }),
  };
}

/** Reads a pid file; undefined for anything that isn't a whole record (it is then stale). */
export function parseClaim(text: string): ClaimRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value) || !isProcessRecord(value.owner)) return undefined;
    return {
      owner: value.owner,
      ...(isProcessRecord(value.mongod) && { mongod: value.mongod }),
      ...(typeof value.watchdogPid === 'number' && { watchdogPid: value.watchdogPid }),
      ...(typeof value.port === 'number' && { port: value.port }),
    };
  } catch {
    return undefined;
  }
}

/** What to tell the developer whose data folder is taken by a running server. */
export function describeLivingOwner(dbPath: string, claim: ClaimRecord): string {
  const who =
    claim.owner.pid === process.pid
      ? `this same process (pid ${process.pid})`
      : `another AllyNet server that is running (pid ${claim.owner.pid})`;
  return (
    `The database folder ${dbPath} is in use by ${who}. ` +
    'Stop that server, or set DATA_DIR to another folder for this one.'
  );
}

async function readClaim(path: string): Promise<ClaimRecord | undefined> {
  return parseClaim(await readFile(path, 'utf8').catch(() => ''));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isProcessRecord(value: unknown): value is ProcessRecord {
  return (
    isObject(value) &&
    Number.isInteger(value.pid) &&
    Number(value.pid) > 0 &&
    typeof value.startToken === 'string'
  );
}
