import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { startTestApp, type TestApp } from './app';

/** Two nodes on one database, and how to end both. */
export async function startTwoNodes(): Promise<{
  server: TestApp;
  node: TestApp;
  close: () => Promise<void>;
}> {
  const database = `test_${randomBytes(6).toString('hex')}`;
  const server = await startTestApp({ database });
  const node = await startTestApp({ database });
  return {
    server,
    node,
    close: async () => {
      await node.close();
      await server.connection.dropDatabase();
      await server.close();
    },
  };
}

/** Lets two things begin together, from round to round with the one or the other a little ahead. */
export async function together<A, B>(
  round: number,
  a: () => Promise<A>,
  b: () => Promise<B>,
): Promise<[A, B]> {
  const head = (round % 5) - 2;
  return Promise.all([delay(Math.max(0, head)).then(a), delay(Math.max(0, -head)).then(b)]);
}
