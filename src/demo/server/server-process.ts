import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The server needs about 1 s; a busy machine more. */
const READY_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 50;
/** The server itself gives up a shutdown after 9 s. */
const STOP_GRACE_MS = 10_000;
const KEPT_LINES = 60;
/** pino's number for `error`. */
const ERROR_LEVEL = 50;

/** The real server, in a process of its own: `node dist/main.js`. */
export class ServerProcess {
  private readonly lines: string[] = [];
  private readonly child: ChildProcess;
  private readonly exited: Promise<string>;
  private stopping = false;
  /** The errors that the server has logged. */
  readonly errorLines: string[] = [];

  /**
   * @param env what the server gets beside the environment of this process.
   * @param main the built server.
   */
  constructor(
    readonly port: number,
    env: Record<string, string>,
    main = join(__dirname, '..', '..', 'main.js'),
  ) {
    this.child = spawn(
      process.execPath,
      ['--require', join(__dirname, 'end-with-parent.js'), main],
      {
        env: { ...process.env, ...env, PORT: String(port) },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    this.exited = new Promise((resolve) => {
      this.child.once('error', (error) => resolve(error.message));
      this.child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? code}`));
    });
    this.child.stdout?.on('data', (chunk: Buffer) => this.keep(chunk));
    this.child.stderr?.on('data', (chunk: Buffer) => this.keep(chunk));
    // Whatever ends the demo, the server does not outlive it.
    const kill = (): void => void this.child.kill('SIGKILL');
    process.once('exit', kill);
    this.child.once('exit', () => process.off('exit', kill));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What the server has printed lately. */
  get output(): string {
    return this.lines.join('\n');
  }

  /** Rejects when the server ends although nobody asked it to; never resolves. */
  async unexpectedEnd(): Promise<never> {
    const how = await this.exited;
    if (this.stopping) return new Promise<never>(() => undefined);
    throw new Error(`The server is gone: ${how}. Its last lines:\n${this.output}`);
  }

  /** @throws Error when the server is not ready in time. */
  async untilReady(): Promise<void> {
    const deadline = performance.now() + READY_LIMIT_MS;
    while (!(await isReady(this.url))) {
      if (performance.now() > deadline) {
        throw new Error(
          `The server was not ready within ${READY_LIMIT_MS / 1000} s. Its last lines:\n${this.output}`,
        );
      }
      await delay(LOOK_EVERY_MS);
    }
  }

  /** SIGTERM, as an operator would, and waits until it has ended. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const [signal, limitMs] of [
      ['SIGTERM', STOP_GRACE_MS],
      ['SIGKILL', STOP_GRACE_MS],
    ] as const) {
      if (this.child.exitCode !== null || this.child.signalCode !== null) return;
      this.child.kill(signal);
      const giveUp = new AbortController();
      await Promise.race([
        this.exited,
        delay(limitMs, undefined, { signal: giveUp.signal }).catch(() => undefined),
      ]);
      giveUp.abort();
    }
  }

  /** SIGKILL: it ends with whatever it was doing. */
  async kill(): Promise<void> {
    this.stopping = true;
    this.child.kill('SIGKILL');
    await this.exited;
  }

  private keep(chunk: Buffer): void {
    for (const line of chunk.toString().split('\n')) {
      if (line.trim() === '') continue;
      if (isError(line)) this.errorLines.push(line);
      this.lines.push(line);
    }
    this.lines.splice(0, this.lines.length - KEPT_LINES);
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`)).ok;
  } catch {
    return false; // not listening yet
  }
}

/** A structured log line of level error or worse; a line that is none was not written by the logger. */
function isError(line: string): boolean {
  const level = /"level":(\d+)/.exec(line)?.[1];
  return level !== undefined && Number(level) >= ERROR_LEVEL;
}
