import { SECOND } from '../time/clock';
import { setTimeout as delay } from 'node:timers/promises';

/** However often and by how many it is scraped, a node asks the database at most this often. */
const KEEP_MS = SECOND;
/** A scrape must not hang on a database that does not answer: what it cannot say is left out. */
const LIMIT_MS = SECOND;

/**
 * Shares one answer of a costly question among those who ask within a second.
 *
 * @returns a function that gives the answer, or undefined where the question failed or took longer than a second.
 */
export function sampled<T>(ask: () => Promise<T>): () => Promise<T | undefined> {
  let askedAt = -Infinity;
  let answer: Promise<T | undefined> = Promise.resolve(undefined);
  return () => {
    const now = performance.now();
    if (now - askedAt >= KEEP_MS) {
      askedAt = now;
      answer = Promise.race([
        ask().catch(() => undefined),
        delay(LIMIT_MS, undefined, { ref: false }),
      ]);
    }
    return answer;
  };
}
