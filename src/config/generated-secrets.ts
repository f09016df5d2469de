import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface GeneratedSecrets {
  jwtSecret: string;
  jwtRefreshSecret: string;
}

/**
 * The secrets of a development machine: made once, kept in `DATA_DIR/secrets.json` (readable by its owner alone), so
 * that log-ins outlive a restart.
 */
export function developmentSecrets(dataDir: string): GeneratedSecrets {
  const file = join(dataDir, 'secrets.json');
  mkdirSync(dataDir, { recursive: true });
  const fresh: GeneratedSecrets = {
    jwtSecret: randomBytes(48).toString('base64url'),
    jwtRefreshSecret: randomBytes(48).toString('base64url'),
  };
  try {
    // 'wx' lets one of two processes that start together win; the other reads what the winner wrote.
    writeFileSync(file, JSON.stringify(fresh), { mode: 0o600, flag: 'wx' });
    return fresh;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return JSON.parse(readFileSync(file, 'utf8')) as GeneratedSecrets;
  }
}
