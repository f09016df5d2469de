import { setTimeout as delay } from 'node:timers/promises';

/** Repeats `look` until it does not throw any more, or half a minute is over (never reached where all is well); then its last error is the test's. */
export async function eventually<T>(look: () => Promise<T> | T, withinMs = 30_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(10);
    }
  }
}
