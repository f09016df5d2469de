import { setTimeout as delay } from 'node:timers/promises';
import type { Citizens, Move } from './nearest-citizens';

const PER_SECOND = 2000;
const EVERY_MS = 25;
/** Behind by more than this, the lost time is not made up for: the rate that was reached is told instead. */
const LARGEST_BATCH = 500;

/** Moves helpers about, 2,000 a second, until it is stopped. */
export class Movement {
  private readonly began = performance.now();
  private moved = 0;
  private stopped = false;
  private readonly ended: Promise<void>;

  constructor(
    private readonly citizens: Citizens,
    private readonly write: (moves: Move[]) => Promise<unknown>,
  ) {
    this.ended = this.run();
    // Awaited in `stop`; until then nobody listens.
    this.ended.catch(() => undefined);
  }

  /** @returns how many a second were moved. @throws what a write threw. */
  async stop(): Promise<number> {
    this.stopped = true;
    const seconds = (performance.now() - this.began) / 1000;
    await this.ended;
    return this.moved / seconds;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const due = Math.floor(((performance.now() - this.began) / 1000) * PER_SECOND) - this.moved;
      const moves = Array.from({ length: Math.min(due, LARGEST_BATCH) }, () =>
        this.citizens.anyMove(),
      );
      if (moves.length > 0) await this.write(moves);
      this.moved += moves.length;
      await delay(EVERY_MS);
    }
  }
}
