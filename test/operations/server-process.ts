import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { inspectOutput, watchProcess } from '../support/canaries/process-tap';

const ROOT = resolve(__dirname, '../..');
/** Below the repository, where the build finds its packages; one for each Jest worker, as they would write at once. */
const BUILD = join(
  ROOT,
  `node_modules/.cache/allynet-operations-${process.env.JEST_WORKER_ID ?? '1'}`,
);
/** A start takes about a second; a machine that is busy with other tests takes longer. */
const STARTS_WITHIN_MS = 20_000;

/** Builds the server as `nest build` does; what has not changed since the last time is not built again. */
export async function buildServer(): Promise<void> {
  mkdirSync(BUILD, { recursive: true });
  await promisify(execFile)(
    process.execPath,
    [
      join(ROOT, 'node_modules/typescript/bin/tsc'),
      '-p',
      join(ROOT, 'tsconfig.build.json'),
      '--outDir',
      BUILD,
      '--incremental',
      '--tsBuildInfoFile',
      join(BUILD, 'tsconfig.tsbuildinfo'),
    ],
    { cwd: ROOT },
  );
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

const processes = new Set<ServerProcess>();

/** The built server as a process of its own, as an operator runs it. */
export class ServerProcess {
  stdout = '';
  stderr = '';
  url = '';
  readonly exit: Promise<Exit>;
  private readonly child: ChildProcess;
  private readonly dataDir = mkdtempSync(join(tmpdir(), 'allynet-operations-'));

  constructor(env: Record<string, string>) {
    this.child = spawn(process.execPath, [join(BUILD, 'main.js')], {
      cwd: this.dataDir,
      env: {
        PATH: process.env.PATH ?? '',
        NODE_ENV: 'test',
        PORT: '0',
        MONGODB_URI: process.env.TEST_MONGODB_URI ?? '',
        JWT_SECRET: 'k7Jq2mVx9TfWc4Rz8LpB1nYd5HsG3uEa',
        JWT_REFRESH_SECRET: 'Zt6Qw1Xe9Rv2Cy8Bm4Nk7Lj3Hg5Fd0Sa',
        DATA_DIR: this.dataDir,
        BCRYPT_ROUNDS: '4',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.exit = once(this.child, 'close').then(([code, signal]) => {
      processes.delete(this);
      inspectOutput(`${this.stdout}\n${this.stderr}`);
      rmSync(this.dataDir, { recursive: true, force: true });
      return { code: code as number | null, signal: signal as NodeJS.Signals | null };
    });
    processes.add(this);
  }

  /** A server that listens. */
  static async start(env: Record<string, string>): Promise<ServerProcess> {
    const server = new ServerProcess(env);
    const deadline = Date.now() + STARTS_WITHIN_MS;
    let ended = false;
    void server.exit.then(() => (ended = true));
    for (;;) {
      const port = /AllyNet listens on http:\/\/\S*:(\d+)/.exec(server.stdout)?.[1];
      if (port) {
        server.url = `http://127.0.0.1:${port}`;
        watchProcess(server.url, env.MONGODB_DATABASE);
        return server;
      }
      if (ended || Date.now() > deadline) {
        throw new Error(`The server did not start.\n${server.stdout}\n${server.stderr}`);
      }
      await new Promise((look) => setTimeout(look, 20));
    }
  }

  /** Sends the signal and resolves with how the process ended, and after how many milliseconds. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit & { milliseconds: number }> {
    const start = performance.now();
    this.child.kill(signal);
    const exit = await this.exit;
    return { ...exit, milliseconds: performance.now() - start };
  }
}

/** To be called in `afterEach`: ends what a failed test left running. */
export async function killServers(): Promise<void> {
  await Promise.all([...processes].map((server) => server.stop('SIGKILL')));
}
