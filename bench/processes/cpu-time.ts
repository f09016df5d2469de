import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second (USER_HZ) on every architecture that Node runs on. */
const TICK_MS = 10;

/** CPU that a process has used so far, in milliseconds; undefined where there is no /proc (macOS). */
export function cpuTime(pid: number | undefined): number | undefined {
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
