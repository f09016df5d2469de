import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A command that brings files into a folder. */
export interface FetchCommand {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  /** The folder that grows meanwhile: its size is the progress. */
  folder: string;
  /** The command is ended when the folder hasn't grown for this long: a blocked host may never answer. */
  stallMs: number;
  log: (line: string) => void;
}

const LOOK_EVERY_MS = 500;
const LOG_EVERY_MS = 3_000;
const MEGABYTE = 1_000_000;
const KEPT_OUTPUT = 4_096;

/**
 * Runs a fetching command and logs a line every few seconds with the megabytes so far.
 * @throws Error with the last line the command printed if it fails, or if nothing arrives any more.
 */
export async function runFetch(options: FetchCommand): Promise<void> {
  const child = spawn(options.command, options.args, {
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-KEPT_OUTPUT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);

  let stalled = false;
  const stopWatching = watchGrowth(options, () => {
    stalled = true;
    child.kill('SIGKILL');
  });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (stalled) throw new Error(`nothing arrived for ${options.stallMs / 1000} s`);
    if (code !== 0) throw new Error(lastLine(output) || `it ended with code ${code}`);
  } finally {
    stopWatching();
  }
}

/** The bytes of all files below a folder. Files that vanish meanwhile count as nothing. */
export async function folderSize(folder: string): Promise<number> {
  let total = 0;
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  for (const name of names) {
    const info = await stat(join(folder, name)).catch(() => undefined);
    if (info?.isFile()) total += info.size;
  }
  return total;
}

function watchGrowth(options: FetchCommand, onStall: () => void): () => void {
  let size = 0;
  let grownAt = performance.now();
  let loggedAt = performance.now();
  const look = async (): Promise<void> => {
    const current = await folderSize(options.folder);
    const now = performance.now();
    if (current !== size) {
      size = current;
      grownAt = now;
    }
    if (now - grownAt > options.stallMs) onStall();
    if (size >= MEGABYTE && now - loggedAt >= LOG_EVERY_MS) {
      loggedAt = now;
      options.log(`… ${Math.round(size / MEGABYTE)} MB`);
    }
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
