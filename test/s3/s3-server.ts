import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../src/demo/server/free-port';

const STARTS_WITHIN_MS = 20_000;

/** A program of its own that speaks S3 (gofakes3), on a free loopback port, keeping its bucket in memory. */
export class S3Server {
  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  /** Its program is named by `GOFAKES3`, or is in PATH. */
  static async start(bucket: string): Promise<S3Server> {
    const port = await freePort(0);
    const child = spawn(
      process.env.GOFAKES3 ?? 'gofakes3',
      ['-host', `127.0.0.1:${port}`, '-backend', 'memory', '-initialbucket', bucket, '-quiet'],
      { stdio: 'ignore' },
    );
    const failed = once(child, 'error').then(([error]: Error[]) => {
      throw new Error(
        `gofakes3 did not start (CONTRIBUTING.md says how to get it): ${error?.message}`,
      );
    });
    const server = new S3Server(port, child);
    await Promise.race([server.answers(), failed]);
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The process stands still: connections open, and nothing is answered. */
  pause(): void {
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    this.child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'close');
    this.child.kill('SIGKILL');
    await ended;
  }

  private async answers(): Promise<void> {
    const deadline = Date.now() + STARTS_WITHIN_MS;
    for (;;) {
      try {
        await fetch(this.url);
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await delay(50);
      }
    }
  }
}
