import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Linux counts in hundredths of a second (USER_HZ) on every architecture that Node runs on. */
const TICK_MS = 10;

/** The processes of a round. */
export interface Participants {
  server: number;
  client: number;
  mongod: number | undefined;
}

/** CPU milliseconds since the meter was started; undefined where they cannot be read (no /proc, mongod elsewhere). */
export interface CpuUse {
  server: number | undefined;
  mongod: number | undefined;
  /** Share (0–1) of all cores that went to processes which are not the bench's: noise in every figure. */
  others: number | undefined;
}

/** Starts measuring; the function it returns says what was used since. */
export function startMeter({ server, client, mongod }: Participants): () => CpuUse {
  const read = () => ({
    server: cpuTime(server),
    client: cpuTime(client),
    mongod: cpuTime(mongod),
    self: cpuTime(process.pid),
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
    const ours = [used('server'), used('client'), used('mongod'), used('self')];
    const capacity = (performance.now() - began) * cpus().length;
    const known = ours.every((part) => part !== undefined);
    const foreign =
      busyTime() - busyBefore - ours.reduce<number>((sum, part) => sum + (part ?? 0), 0);
    return {
      server: used('server'),
      mongod: used('mongod'),
      others: known ? Math.max(0, foreign / capacity) : undefined,
    };
  };
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
