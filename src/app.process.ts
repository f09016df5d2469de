import type { INestApplication } from '@nestjs/common';
import type { RunningDatabase } from './config/ensure-database';

/** A shutdown that takes longer than this has hung; orchestrators kill after 10 s (Docker's default). */
const SHUTDOWN_LIMIT_MS = 9000;

/**
 * SIGTERM and Ctrl-C drain the server: it stops accepting, tells its sockets, finishes what is in flight, closes the
 * database connection, stops the embedded database if there is one, and exits with 0.
 */
export function exitOnSignals(app: INestApplication, database: RunningDatabase): void {
  // The reader of the log went away: people in danger come before the log.
  process.stdout.on('error', () => undefined);
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), SHUTDOWN_LIMIT_MS).unref();
    try {
      await app.close();
      await database.stop();
      process.exit(0);
    } catch (error) {
      process.stderr.write(`The shutdown failed: ${String(error)}\n`);
      process.exit(1);
    }
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
}

/** Ends the process with a message for the person at the terminal. */
export function explainStartFailure(error: unknown): never {
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  const message =
    code === 'EADDRINUSE'
      ? `Port ${port ?? ''} is in use by another program. Stop that one, or choose another with PORT=3001.`
      : error instanceof Error
        ? error.message
        : String(error);
  process.stderr.write(`AllyNet could not start.\n${message}\n`);
  process.exit(1);
}
