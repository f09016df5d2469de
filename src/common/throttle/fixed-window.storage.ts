import type { ThrottlerStorage } from '@nestjs/throttler';
import type { Clock } from '../time/clock';

export type ThrottlerStorageRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

interface Window {
  hits: number;
  endsAt: number;
}

/** Windows that ended are dropped at most this often. */
const SWEEP_MS = 60_000;

/**
 * Counts in memory, one counter a key and window. The throttler's own store keeps a timer for every single request,
 * which cost half the throughput of the whole chain in a trial.
 */
export class FixedWindowStorage implements ThrottlerStorage {
  private readonly windows = new Map<string, Window>();
  private sweepAt = 0;

  constructor(private readonly clock: Clock) {}

  /**
   * @param ttl the length of a window in milliseconds.
   * @returns times in seconds, as the throttler wants them.
   */
  async increment(key: string, ttl: number, limit: number): Promise<ThrottlerStorageRecord> {
    const now = this.clock.now().getTime();
    this.sweep(now);
    let window = this.windows.get(key);
    if (!window || window.endsAt <= now) {
      window = { hits: 0, endsAt: now + ttl };
      this.windows.set(key, window);
    }
    window.hits += 1;
    return windowRecord(window.hits, limit, window.endsAt - now);
  }

  private sweep(now: number): void {
    if (now < this.sweepAt) return;
    this.sweepAt = now + SWEEP_MS;
    for (const [key, { endsAt }] of this.windows) if (endsAt <= now) this.windows.delete(key);
  }
}

/** What the throttler is told of a window; its times are in seconds. */
export function windowRecord(
  hits: number,
  limit: number,
  millisecondsLeft: number,
): ThrottlerStorageRecord {
  const secondsLeft = Math.ceil(millisecondsLeft / 1000);
  return {
    totalHits: hits,
    timeToExpire: secondsLeft,
    isBlocked: hits > limit,
    timeToBlockExpire: secondsLeft,
  };
}
