import { type ChildProcess, fork, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import type { Failed } from '../clients/protocol';

const STOP_WITHIN_MS = 10_000;

/** A process of the bench's own. */
export class Child {
  private constructor(
    readonly name: string,
    private readonly process: ChildProcess,
  ) {}

  static start(
    name: string,
    script: string,
    options: {
      env: NodeJS.ProcessEnv;
      execArgv?: string[];
      cwd?: string;
      stdio?: StdioOptions;
    },
  ): Child {
    const child = fork(script, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], ...options });
    return new Child(name, child);
  }

  get pid(): number {
    return this.process.pid ?? -1;
  }

  hasExited(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  /** Sends an order and resolves with the answer. @throws Error when the process fails or ends. */
  async ask<Answer extends object>(order: object): Promise<Answer> {
    const answer = this.message<Answer>();
    this.process.send(order);
    return answer;
  }

  /** The next message. @throws Error when the process reports a failure, or ends. */
  async message<Answer extends object>(): Promise<Answer> {
    const ended = new AbortController();
    const { signal } = ended;
    try {
      const [message] = (await Promise.race([
        once(this.process, 'message', { signal }),
        once(this.process, 'exit', { signal }).then(([code]) => {
          throw new Error(`The ${this.name} ended with ${String(code)}.`);
        }),
      ])) as [Answer | Failed];
      if ('kind' in message && message.kind === 'failed') {
        throw new Error(`The ${this.name} failed: ${message.error}`);
      }
      return message as Answer;
    } finally {
      ended.abort();
    }
  }

  /** SIGTERM, and SIGKILL if it does not end. */
  async stop(): Promise<void> {
    if (this.hasExited()) return;
    const exited = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), STOP_WITHIN_MS);
    await exited;
    clearTimeout(timer);
  }

  /** At once, for the end of the bench's own process. */
  kill(): void {
    if (!this.hasExited()) this.process.kill('SIGKILL');
  }
}
