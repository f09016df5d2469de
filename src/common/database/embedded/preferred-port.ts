import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** Below the ephemeral ranges of Linux and macOS, so that no outgoing connection sits on a port we remember. */
const FIRST_PORT = 27_100;
const LAST_PORT = 27_999;
const ATTEMPTS = 50;

/**
 * The port to start on: the one used before if it is free (the replica set's configuration then still holds), else
 * a free one by chance, so that two checkouts seldom meet.
 * @throws Error if no free one turns up.
 */
export async function choosePort(
  preferred: number | undefined,
  isFree: (port: number) => Promise<boolean> = isPortFree,
): Promise<number> {
  if (preferred !== undefined && (await isFree(preferred))) return preferred;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1));
    if (await isFree(port)) return port;
  }
  throw new Error(
    `No free port between ${FIRST_PORT} and ${LAST_PORT} for the embedded MongoDB. ` +
      'Set MONGODB_URI to use a MongoDB of your own.',
  );
}

/** True if nobody listens on this port of 127.0.0.1. Only a hint: somebody may take it a moment later. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      probe.close(() => resolve(true));
    });
  });
}

/** The port of the former start on this data, if there was one and it is readable. */
export async function readPreferredPort(dbPath: string): Promise<number | undefined> {
  const text = await readFile(portFile(dbPath), 'utf8').catch(() => '');
  const port = Number(text.trim());
  return Number.isInteger(port) && port >= 1024 && port <= 65_535 ? port : undefined;
}

/** Remembers the port for the next start. */
export async function savePreferredPort(dbPath: string, port: number): Promise<void> {
  await writeFile(portFile(dbPath), `${port}\n`);
}

function portFile(dbPath: string): string {
  return join(dbPath, 'allynet.port');
}
