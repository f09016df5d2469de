import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One process, told apart from a later one that was given the same pid. */
export interface ProcessRecord {
  pid: number;
  /** Opaque: equal for two looks at one process, different for any other process. */
  startToken: string;
}

/** The record of a running process; undefined if there is none with this pid. */
export function identifyProcess(pid: number): ProcessRecord | undefined {
  const startToken = process.platform === 'linux' ? linuxStartToken(pid) : psStartToken(pid);
  return startToken === undefined ? undefined : { pid, startToken };
}

/** True while the very process of the record runs; false for another one that reuses its pid. */
export function isRunning(record: ProcessRecord): boolean {
  return identifyProcess(record.pid)?.startToken === record.startToken;
}

/** True if the process with this pid is an embedded mongod that serves exactly this folder. */
export function isMongodServing(pid: number, dbPath: string): boolean {
  const commandLine = readCommandLine(pid);
  return commandLine !== undefined && commandLineServes(commandLine, dbPath);
}

/**
 * True if a command line (arguments joined by spaces) is that of an embedded mongod on `dbPath`. It relies on the
 * argument order of `mongodArguments`: `--port` right behind the path keeps `/data` from matching `/data old`.
 */
export function commandLineServes(commandLine: string, dbPath: string): boolean {
  return (
    commandLine.includes(` --dbpath ${dbPath} --port `) &&
    commandLine.includes(' --bind_ip 127.0.0.1 --nounixsocket ')
  );
}

/**
 * The start token from the text of `/proc/<pid>/stat`: boot id and start time in clock ticks since boot.
 * @returns undefined for a process that has ended and only waits for its parent. While one of its threads is still
 * going (its first one may be a zombie already) it holds its port and its files, so it counts as running.
 */
export function parseLinuxStat(stat: string, bootId: string): string | undefined {
  // The second field is the name in parentheses, which may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const threads = Number(fields[17]);
  const startTicks = fields[19];
  const ended = (state === 'Z' || state === 'X') && threads <= 1;
  return ended || !startTicks ? undefined : `${bootId}:${startTicks}`;
}

function linuxStartToken(pid: number): string | undefined {
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  // Ticks restart at each boot, so alone they could name a process of a former life of the machine.
  const bootId = readOrUndefined('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  return stat === undefined ? undefined : parseLinuxStat(stat, bootId);
}

function psStartToken(pid: number): string | undefined {
  const line = ps(pid, ['-o', 'stat=', '-o', 'lstart=']);
  return line === undefined || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
}

function readCommandLine(pid: number): string | undefined {
  if (process.platform === 'linux') {
    return readOrUndefined(`/proc/${pid}/cmdline`)?.split('\0').join(' ').trimEnd();
  }
  return ps(pid, ['-ww', '-o', 'args=']);
}

function ps(pid: number, args: string[]): string | undefined {
  try {
    // A fixed locale and zone: the start time is compared as text.
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
    const output = execFileSync('ps', [...args, '-p', String(pid)], {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return output.trim() || undefined;
  } catch {
    return undefined; // ps ends with 1 when there is no such process
  }
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
