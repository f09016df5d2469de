import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 5;

/**
 * Waits until the condition holds.
 *
 * @throws Error at the deadline, saying what did not happen.
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await delay(LOOK_EVERY_MS);
  }
}
