import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SECOND } from '../time/clock';

const EVERY_MS = SECOND;
/** How much one round takes up of each kind; the rest is due still in the next. */
export const SWEEP_BATCH = 100;

/**
 * Does what is due and what nobody is there to ask for. What is due stands on disk and every node runs one of these;
 * conditional updates see to it that each thing is done once.
 */
export abstract class Sweeper implements OnApplicationBootstrap, OnModuleDestroy {
  protected stopped = false;
  private readonly logger = new Logger(this.constructor.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private queued: Promise<void> | undefined;

  /** @param everyMs how long from the start of a round to the next, in milliseconds. */
  protected constructor(private readonly everyMs = EVERY_MS) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      if (!this.running) void this.sweep();
    }, this.everyMs);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  /**
   * One round that begins after this call, so that it finds all that was due by then. Rounds never overlap: behind one that
   * is under way there is one more, for all who asked meanwhile.
   */
  sweep(): Promise<void> {
    if (!this.running) return this.start();
    this.queued ??= this.running.then(() => {
      this.queued = undefined;
      return this.stopped ? undefined : this.sweep();
    });
    return this.queued;
  }

  private start(): Promise<void> {
    this.running = this.round().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  /** Takes up what is due. Must not throw: each piece goes through `attempt`. */
  protected abstract round(): Promise<void>;

  /** What fails must not stop what is due behind it. It is still due on disk, so a later round of some node finds it. */
  protected async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.logger.warn(`Left to a later sweep: ${String(error)}`);
      return undefined;
    }
  }
}
