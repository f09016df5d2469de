import { spawn } from 'node:child_process';
import { totalmem } from 'node:os';
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { REPLICA_SET } from './replica-set';

/** A running mongod of ours. It doesn't keep this process alive. */
export interface MongodProcess {
  readonly pid: number;
  /** Resolves when mongod has ended, however that came about. */
  readonly exited: Promise<void>;
  hasExited(): boolean;
  /** What it printed itself: only what comes before its log file is set up. */
  output(): string;
  /** SIGTERM, and SIGKILL after `graceMs`; resolves when it has ended. */
  end(graceMs: number): Promise<void>;
}

const OUTPUT_LIMIT = 8_192;
const GIGABYTE = 1024 ** 3;

/**
 * The shell starts mongod in the background and goes, so mongod's parent is init. `nest start --watch` sends SIGTERM
 * to every descendant of the server before the server itself: as our child, mongod would go before the drain.
 */
const LAUNCH_SCRIPT = '"$@" 2>&1 & echo "launched $!"';

/** Transactions here take milliseconds and are given up after 5 s (TransactionRunner). */
const TRANSACTION_LIFETIME_SECONDS = 5;

/**
 * The command line of the embedded mongod. `commandLineServes` relies on the first two lines.
 * @param mode `alone` for a moment without the replica set, in which nothing but its configuration may be changed.
 */
export function mongodArguments(
  options: { dbPath: string; port: number; logPath: string },
  mode: 'replica set' | 'alone' = 'replica set',
): string[] {
  return [
    ['--dbpath', options.dbPath, '--port', String(options.port)],
    // It has no passwords, so it must not be reachable from another machine, nor by a socket in the shared /tmp.
    ['--bind_ip', '127.0.0.1', '--nounixsocket'],
    ['--logpath', options.logPath, '--logappend'],
    ['--wiredTigerCacheSizeGB', String(cacheSizeGb(totalmem()))],
    // What a killed node left open holds its keys this long, and with them the person who repeats their SOS.
    ['--setParameter', `transactionLifetimeLimitSeconds=${TRANSACTION_LIFETIME_SECONDS}`],
    // Nothing reads further back, for which the default keeps five minutes: a test run, which drops a database every few
    // seconds, would hold tens of thousands of files open and get slower from file to file.
    ['--setParameter', `minSnapshotHistoryWindowInSeconds=${TRANSACTION_LIFETIME_SECONDS}`],
    // Statistics for MongoDB's support: hundreds of megabytes that nobody here will read.
    ['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    mode === 'alone'
      ? // Expiry would delete documents without telling the oplog.
        ['--setParameter', 'ttlMonitorEnabled=false']
      : // Size in MB, near the least allowed. The default, 5 % of the free disk, could fill many gigabytes.
        ['--replSet', REPLICA_SET, '--oplogSize', '1024'],
  ].flat();
}

/**
 * WiredTiger's cache in GB: an eighth of the memory, between 0.25 (the least allowed) and 1. The default, half of it,
 * starves the editor and the browser on the same machine; 1 GB holds the indexes of some 100,000 users.
 */
export function cacheSizeGb(memoryBytes: number): number {
  const eighth = memoryBytes / GIGABYTE / 8;
  return Math.round(Math.min(1, Math.max(0.25, eighth)) * 100) / 100;
}

/**
 * Starts mongod in a session of its own: the Ctrl-C of a terminal reaches the server, which drains and then stops
 * mongod itself.
 */
export async function launchMongod(binary: string, args: string[]): Promise<MongodProcess> {
  const shell = spawn('/bin/sh', ['-c', LAUNCH_SCRIPT, 'sh', binary, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  let ended = false;
  // mongod holds the other end of this pipe for life: its closing is how its end is noticed, without polling a pid.
  const exited = new Promise<void>((resolve) => {
    shell.once('close', () => {
      ended = true;
      resolve();
    });
  });
  const pid = await new Promise<number>((resolve, reject) => {
    shell.once('error', reject);
    shell.once('close', () => reject(new Error(`mongod could not be started: ${output}`)));
    shell.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output = (output + chunk).slice(-OUTPUT_LIMIT);
      const launched = /^launched (\d+)$/m.exec(output);
      if (launched !== null) resolve(Number(launched[1]));
    });
  });
  const pipe = shell.stdout instanceof Socket ? shell.stdout : undefined;
  shell.unref();
  pipe?.unref();

  return {
    pid,
    exited,
    hasExited: () => ended,
    output: () => output.replace(/^launched \d+\n?/m, '').trim(),
    end: async (graceMs) => {
      pipe?.ref(); // or the event loop might be empty, and the process gone, before mongod
      for (const [signal, limitMs] of [
        ['SIGTERM', graceMs] as const,
        ['SIGKILL', 5_000] as const,
      ]) {
        if (ended) return;
        sendSignal(pid, signal);
        const giveUp = new AbortController();
        await Promise.race([
          exited,
          delay(limitMs, undefined, { signal: giveUp.signal }).catch(() => undefined),
        ]);
        giveUp.abort();
      }
    },
  };
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended.
  }
}
