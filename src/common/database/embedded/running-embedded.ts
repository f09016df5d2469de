import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseClaim, pidFile } from './data-folder-claim';
import { isRunning } from './process-identity';
import { replicaSetUri } from './replica-set';

/** Where the embedded database of a server that is running now is reached; undefined while none runs on this folder. */
export async function runningEmbeddedUri(dataDir: string): Promise<string | undefined> {
  const dbPath = join(resolve(dataDir), 'mongodb');
  const claim = parseClaim(await readFile(pidFile(dbPath), 'utf8').catch(() => ''));
  if (claim?.port === undefined || !isRunning(claim.owner)) return undefined;
  return replicaSetUri(claim.port);
}
