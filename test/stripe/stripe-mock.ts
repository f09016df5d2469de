import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const STARTS_WITHIN_MS = 30_000;

/** What reached Stripe. */
export interface Sent {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: Record<string, string>;
}

/** What is answered instead of stripe-mock; null: the connection breaks. */
export type Instead = { status: number; error?: Record<string, string>; body?: unknown } | null;

/**
 * stripe-mock, which answers by Stripe's own description of its API and refuses what that does not allow, behind a door that
 * writes down what comes in. It keeps nothing between calls: what it proves is the shape of requests.
 */
export class StripeMock {
  readonly sent: Sent[] = [];
  private instead: { matches: RegExp; answer: Instead; times: number } | undefined;

  private constructor(
    private readonly child: ChildProcess,
    private readonly door: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<StripeMock> {
    const child = spawn(process.env.STRIPE_MOCK ?? 'stripe-mock', ['-port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = await portOf(child);
    const holder: { mock?: StripeMock } = {};
    const door = createServer((request, response) => {
      void holder.mock?.pass(request, response, port);
    });
    door.listen(0, '127.0.0.1');
    await once(door, 'listening');
    const mock = new StripeMock(
      child,
      door,
      `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    );
    holder.mock = mock;
    return mock;
  }

  /** The next calls whose method and path match are answered so, and do not reach stripe-mock. */
  answer(matches: RegExp, answer: Instead, times = 1): void {
    this.instead = { matches, answer, times };
  }

  forget(): void {
    this.sent.length = 0;
    this.instead = undefined;
  }

  calls(): string[] {
    return this.sent.map(({ method, path }) => `${method} ${path}`);
  }

  async stop(): Promise<void> {
    this.door.closeAllConnections();
    this.door.close();
    this.child.kill('SIGKILL');
    if (this.child.exitCode === null && this.child.signalCode === null)
      await once(this.child, 'exit');
  }

  private async pass(request: IncomingMessage, response: ServerResponse, port: number) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { method = '', url = '', headers } = request;
    const path = url.split('?')[0] ?? '';
    const fields = Object.fromEntries(new URLSearchParams(body.toString()));
    this.sent.push({ method, path, headers, body: fields });
    const { instead } = this;
    if (instead && instead.times > 0 && instead.matches.test(`${method} ${path}`)) {
      instead.times -= 1;
      return refuse(response, instead.answer);
    }
    const answer = await fetch(`http://127.0.0.1:${port}${url}`, {
      method,
      headers: {
        authorization: headers.authorization ?? '',
        'content-type': headers['content-type'] ?? 'application/x-www-form-urlencoded',
      },
      ...(method === 'GET' ? {} : { body }),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(await answer.text());
  }
}

function refuse(response: ServerResponse, answer: Instead): void {
  if (answer === null) {
    response.destroy();
    return;
  }
  response.writeHead(answer.status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer.body ?? { error: answer.error }));
}

async function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(
      () => reject(new Error(`stripe-mock did not start:\n${said}`)),
      STARTS_WITHIN_MS,
    );
    child.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const hint = 'There is no stripe-mock: go install github.com/stripe/stripe-mock@v0.203.0';
      reject(error.code === 'ENOENT' ? new Error(hint) : error);
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const port = /Listening for HTTP at address: \S*:(\d+)/.exec(said)?.[1];
      if (!port) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
  });
}
