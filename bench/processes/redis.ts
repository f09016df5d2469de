import { spawn } from 'node:child_process';
import { once } from 'node:events';
import Redis from 'ioredis';
import type { Later } from './clean-up';
import { freePort } from './servers';

const READY_WITHIN_MS = 5000;

/** A redis-server from the system's packages, without persistence; undefined where none is installed. */
export async function startRedis(
  later: Later,
): Promise<{ port: number; client: Redis } | undefined> {
  const port = await freePort();
  const server = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    { stdio: 'ignore' },
  );
  const started = await Promise.race([
    once(server, 'spawn').then(() => true),
    once(server, 'error').then(() => false),
  ]);
  if (!started) return undefined;
  later(() => server.kill('SIGTERM'));
  // Connecting is tried until the server listens.
  const client = new Redis({ port, host: '127.0.0.1', connectTimeout: READY_WITHIN_MS });
  client.on('error', () => undefined);
  later(() => client.disconnect());
  await client.ping();
  return { port, client };
}
