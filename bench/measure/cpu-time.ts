import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Linux counts in hundredths of a second (USER_HZ) on every architecture that Node runs on. */
const TICK_MS = 10;

/** The processes of a round, by their ids. */
export interface Participants {
  server: number;
  mongod: number | undefined;
  /** The others of the bench: clients, movers. */
  clients: number[];
}

/** CPU milliseconds since the meter was started; undefined where they cannot be read (no /proc, mongod elsewhere). */
export interface CpuUse {
  server: number | undefined;
  mongod: number | undefined;
  /** Share (0–1) of all cores that went to processes which are not the bench's: noise in every figure. */
  others: number | undefined;
}

/** Starts measuring; the function it returns says what was used since. */
export function startMeter({ server, mongod, clients }: Participants): () => CpuUse {
  const read = () => ({
    server: cpuTime(server),
    mongod: cpuTime(mongod),
    clients: sum([process.pid, ...clients].map(cpuTime)),
  });
  const before = read();
  const busyBefore = busyTime();
  const began = performance.now();
  return () => {
    const after = read();
    const used = (name: keyof typeof before): number | undefined => {
      const [start, end] = [before[name], after[name]];
      return start === undefined || end === undefined ? undefined : end - start;
    };
    const capacity = (performance.now() - began) * cpus().length;
    const ours = sum([used('server'), used('mongod'), used('clients')]);
    const foreign = ours === undefined ? undefined : busyTime() - busyBefore - ours;
    return {
      server: used('server'),
      mongod: used('mongod'),
      others: foreign === undefined ? undefined : Math.max(0, foreign / capacity),
    };
  };
}

function sum(parts: (number | undefined)[]): number | undefined {
  let total = 0;
  for (const part of parts) {
    if (part === undefined) return undefined;
    total += part;
  }
  return total;
}

/** CPU that a process has used so far, in milliseconds. */
function cpuTime(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold spaces: fields are counted from its end. utime and stime are the 14th and 15th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return undefined;
  }
}

/** CPU milliseconds that all cores have spent on anything at all. */
function busyTime(): number {
  return cpus().reduce(
    (sum, { times }) => sum + times.user + times.nice + times.sys + times.irq,
    0,
  );
}
