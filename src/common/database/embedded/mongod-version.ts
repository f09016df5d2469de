import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { promisify, types } from 'node:util';

const execute = promisify(execFile);

/** The oldest MongoDB that AllyNet runs on. */
export const OLDEST_MAJOR = 6;

/** A mongod that was seen to run on this machine. */
export interface MongodBinary {
  path: string;
  version: string;
}

/** True if `path` is a file that this user may execute. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/**
 * Runs `mongod --version`: a file may be executable and still miss a library or be for another processor.
 * @throws Error with the reason if it does not run or is too old.
 */
export async function verifyMongod(path: string): Promise<MongodBinary> {
  let printed: string;
  try {
    printed = (await execute(path, ['--version'], { timeout: 10_000 })).stdout;
  } catch (error) {
    throw new Error(`${path} does not run: ${lastLine(error)}`, { cause: error });
  }
  const version = parseMongodVersion(printed);
  if (version === undefined) {
    throw new Error(`${path} does not say a MongoDB version: is it a mongod?`);
  }
  if (Number.parseInt(version, 10) < OLDEST_MAJOR) {
    throw new Error(`${path} is MongoDB ${version}; AllyNet needs ${OLDEST_MAJOR}.0 or later`);
  }
  return { path, version };
}

/** The version in what `mongod --version` prints, such as `6.0.5`. */
export function parseMongodVersion(printed: string): string | undefined {
  return /^\s*db version v?(\d+\.\d+\.\d+)/im.exec(printed)?.[1];
}

function lastLine(error: unknown): string {
  if (!types.isNativeError(error)) return String(error);
  const printed = 'stderr' in error ? String(error.stderr).trim() : '';
  return (printed || error.message).trim().split('\n').at(-1) ?? '';
}
