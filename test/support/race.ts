import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, TestActor } from './actors';
import { startTestApp, type TestApp } from './app';

/**
 * Two nodes on one database, and how to end both. Their mail goes to one folder: which of them sends what is due is
 * nobody's business, and whoever looks for a mail finds it.
 */
export async function startTwoNodes(): Promise<{
  server: TestApp;
  node: TestApp;
  close: () => Promise<void>;
}> {
  const database = `test_${randomBytes(6).toString('hex')}`;
  const server = await startTestApp({ database });
  const node = await startTestApp({ database, dataDir: server.dataDir });
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

/**
 * Sends a request again that is told to be (503), as a client does: on a machine too busy for fifty at once the last of them
 * may be. The request bears a key, as what was begun may still have taken effect. What one is told in the end counts.
 */
export async function patiently<T>(
  actor: TestActor,
  request: (actor: TestActor) => Promise<Answer<T>>,
): Promise<Answer<T>> {
  const self = actor.keyed();
  for (;;) {
    const answer = await request(self);
    if (answer.status !== 503) return answer;
  }
}
