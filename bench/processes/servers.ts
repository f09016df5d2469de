import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Child } from './child';

const READY_WITHIN_MS = 60_000;
const POLL_MS = 10;
const DIST = resolve(__dirname, '../..');

export interface Server {
  child: Child;
  /** Without a path. */
  url: string;
  /** From the start of the process to the first answer that it is ready. */
  readyAfterMs: number;
}

export interface ServerOptions {
  uri: string;
  database: string;
  /** A folder of this run, for the log and whatever the server writes. */
  workDir: string;
  jwtSecret: string;
  refreshSecret: string;
  profileDir: string | undefined;
}

/**
 * The real server as production runs it: NODE_ENV=production with its rules, request logs (into a file), rate limits.
 * Its working folder is the run's own, so that no `.env` of the developer is read.
 */
export async function startAllyNet(options: ServerOptions): Promise<Server> {
  const { workDir, profileDir } = options;
  const port = await freePort();
  const logPath = join(workDir, 'allynet.log');
  const log = openSync(logPath, 'a');
  const began = performance.now();
  const child = Child.start('AllyNet server', join(DIST, 'main.js'), {
    cwd: workDir,
    execArgv: ['--require', join(__dirname, 'probe.js'), ...profiling(profileDir)],
    stdio: ['ignore', log, log, 'ipc'],
    env: allynetEnvironment(options, port),
  });
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await isReady(url))) {
    if (child.hasExited() || Date.now() > deadline) {
      child.kill();
      const lines = readFileSync(logPath, 'utf8').trim().split('\n').slice(-20).join('\n');
      throw new Error(`The AllyNet server did not become ready. The last of its log:\n${lines}`);
    }
    await delay(POLL_MS);
  }
  return { child, url, readyAfterMs: performance.now() - began };
}

/** AllyNet's settings in production. */
export function allynetEnvironment(options: ServerOptions, port = 0): NodeJS.ProcessEnv {
  const { uri, database, workDir, jwtSecret, refreshSecret } = options;
  return {
    ...systemEnvironment(),
    NODE_ENV: 'production',
    PORT: String(port),
    MONGODB_URI: uri,
    MONGODB_DATABASE: database,
    JWT_SECRET: jwtSecret,
    JWT_REFRESH_SECRET: refreshSecret,
    FRONTEND_URL: 'http://localhost:5173',
    DATA_DIR: join(workDir, 'data'),
    LOG_LEVEL: 'info',
  };
}

/** A floor: one of the scripts in `bench/floor`, which tells its port. */
export async function startFloor(script: string, options: ServerOptions): Promise<Server> {
  const { uri, database, workDir, profileDir } = options;
  const began = performance.now();
  const child = Child.start('floor server', join(__dirname, '../floor', script), {
    cwd: workDir,
    execArgv: ['--require', join(__dirname, 'probe.js'), ...profiling(profileDir)],
    env: {
      ...systemEnvironment(),
      NODE_ENV: 'production',
      MONGODB_URI: uri,
      MONGODB_DATABASE: database,
    },
  });
  const { port } = await child.message<{ port: number }>();
  const readyAfterMs = performance.now() - began;
  return { child, url: `http://127.0.0.1:${port}`, readyAfterMs };
}

/** A process that makes requests. */
export function startClient(script: string, env: NodeJS.ProcessEnv): Child {
  return Child.start('client', join(__dirname, '../clients', script), {
    env: { ...systemEnvironment(), ...env },
  });
}

function profiling(folder: string | undefined): string[] {
  return folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : [];
}

/** Nothing of the developer's settings: a run measures the same on every machine. */
function systemEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}) };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const { status } = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2000) });
    return status === 200;
  } catch {
    return false;
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
