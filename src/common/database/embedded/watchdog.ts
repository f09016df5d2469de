import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/** A small process that outlives the server just long enough to end its mongod. */
export interface Watchdog {
  readonly pid: number | undefined;
  /** Ends the watchdog itself: to be called once mongod has ended. */
  release(): void;
}

/**
 * What the watchdog runs. A string for `node -e`, since a script file would be `.ts` under Jest and `.js` in dist.
 * Its standard input is a pipe whose other end only the server holds: the kernel closes it when the server dies,
 * whatever it died of. Watching the server's pid would need polling, and a pid can be used again.
 *
 * It ignores the signals that are sent to whole groups or trees of processes, because it has to be the last to go.
 * On the end of its input it signals mongod only if that pid still is the process it was at the beginning.
 */
const SCRIPT = `
const { readFileSync } = require('node:fs');
const { execFileSync } = require('node:child_process');
const pid = Number(process.argv[1]);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => {});
const startTime = () => {
  try {
    if (process.platform === 'linux') {
      const fields = readFileSync('/proc/' + pid + '/stat', 'utf8').split(') ').pop().split(' ');
      return fields[0] === 'Z' && Number(fields[17]) <= 1 ? '' : fields[19];
    }
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], options).trim();
  } catch {
    return '';
  }
};
const known = startTime();
const signalMongod = (signal) => {
  try { process.kill(pid, signal); } catch {}
};
const endMongod = () => {
  const deadline = Date.now() + 5000;
  signalMongod('SIGTERM');
  setInterval(() => {
    if (startTime() !== known) process.exit();
    if (Date.now() > deadline) { signalMongod('SIGKILL'); process.exit(); }
  }, 100);
};
let told = false;
const onServerGone = () => {
  if (told) return;
  told = true;
  if (known === '' || startTime() !== known) process.exit();
  endMongod();
};
process.stdin.on('end', onServerGone).on('close', onServerGone).on('error', onServerGone).resume();
`;

/** Starts the watchdog of a mongod. It sees to it that mongod ends when this process dies, even by SIGKILL. */
export function startWatchdog(mongodPid: number): Watchdog {
  // NODE_OPTIONS may hold --inspect-brk or a loader, which would stop or slow it.
  const env = { ...process.env, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, ['-e', SCRIPT, String(mongodPid)], {
    detached: true,
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a watchdog the next start still ends an orphan, so a failure here must not stop the server.
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  return {
    pid: child.pid,
    release: () => {
      child.kill('SIGKILL');
    },
  };
}
