import { randomUUID } from 'node:crypto';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { verifyMongod, type MongodBinary } from './mongod-version';

/** One way to get a mongod from elsewhere. */
export interface Fetcher {
  /** Names the source in messages. */
  readonly name: string;
  /**
   * Puts a mongod into `folder`, an empty one of its own, and returns its path.
   * @throws Error with the reason if this source can't serve this machine.
   */
  fetch(folder: string, log: (line: string) => void): Promise<string>;
}

/** A folder that a killed start left behind is removed by a later one, when surely nobody uses it any more. */
const ABANDONED_MS = 60 * 60 * 1000;
const FETCH_PREFIX = 'fetch-';

/**
 * Fetches a mongod and installs it at `target`. Each process fetches into a folder of its own and the finished file
 * gets its name by a rename, so several at once waste a download but never see half a file.
 */
export async function fetchIntoCache(
  fetcher: Fetcher,
  target: string,
  log: (line: string) => void,
): Promise<MongodBinary> {
  const root = dirname(dirname(target));
  await mkdir(root, { recursive: true });
  await removeAbandoned(root);
  const folder = await mkdtemp(join(root, FETCH_PREFIX));
  try {
    const fetched = await fetcher.fetch(folder, log);
    await chmod(fetched, 0o755);
    await verifyMongod(fetched);
    await install(fetched, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const installed = await verifyMongod(target);
  log(`mongod ${installed.version} is kept in ${dirname(target)}`);
  return installed;
}

/** Puts a copy of `source` at `target` in one step, also while another process runs or installs that target. */
export async function install(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const draft = `${target}.${randomUUID()}`;
  try {
    await copyFile(source, draft);
    await chmod(draft, 0o755);
    await rename(draft, target);
  } finally {
    await rm(draft, { force: true });
  }
}

async function removeAbandoned(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (!name.startsWith(FETCH_PREFIX)) continue;
    const path = join(root, name);
    const info = await stat(path).catch(() => undefined);
    if (info !== undefined && Date.now() - info.mtimeMs > ABANDONED_MS) {
      await rm(path, { recursive: true, force: true });
    }
  }
}
