import { setTimeout as delay } from 'node:timers/promises';

/** Accelerated time: what takes people minutes takes the demo seconds. The server is not accelerated. */
export class Pace {
  /** @param factor how many seconds of the story pass in one real second. */
  constructor(readonly factor: number) {}

  /**
   * Waits for that many seconds of the story.
   *
   * @returns false when `signal` ended the wait before.
   */
  async wait(seconds: number, signal?: AbortSignal): Promise<boolean> {
    try {
      await delay((seconds * 1000) / this.factor, undefined, signal ? { signal } : {});
      return true;
    } catch (error) {
      if (signal?.aborted) return false;
      throw error;
    }
  }
}
