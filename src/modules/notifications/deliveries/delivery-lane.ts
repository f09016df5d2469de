/**
 * How many messages a node sends at once on a channel, for each of the two priorities: a provider that hangs holds up its own
 * lane alone, and ordinary mail never the messages of an SOS.
 */
const WIDTH = 4;

/** Takes rows and works on them, a few at once, until none is due. */
export class DeliveryLane<Row> {
  private readonly working = new Set<Promise<void>>();
  private filling: Promise<void> | undefined;
  private wanted = false;
  private stopped = false;

  /**
   * @param take the next row, null when none is due.
   * @param work must not throw.
   */
  constructor(
    private readonly take: () => Promise<Row | null>,
    private readonly work: (row: Row) => Promise<void>,
  ) {}

  /** Takes what is due as far as there is room; the rest as soon as there is. Does not wait for the work. */
  async fill(): Promise<void> {
    if (this.stopped) return;
    this.wanted = true;
    this.filling ??= this.takeAll().finally(() => {
      this.filling = undefined;
    });
    await this.filling;
    // Wanted again when the last look had been taken, and before anybody could see that.
    if (this.wanted) await this.fill();
  }

  /** Once nothing is under way and nothing more is due. */
  async settled(): Promise<void> {
    while (this.filling || this.working.size > 0) {
      await Promise.all([this.filling, ...this.working]);
    }
  }

  /** Takes nothing more; what is under way is finished. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.settled();
  }

  private async takeAll(): Promise<void> {
    while (this.wanted && !this.stopped) {
      this.wanted = false;
      await this.takeWhileThereIsRoom();
    }
  }

  private async takeWhileThereIsRoom(): Promise<void> {
    while (this.working.size < WIDTH && !this.stopped) {
      const row = await this.take();
      if (row === null) return;
      const work = this.work(row).finally(() => {
        this.working.delete(work);
        // What made no room before is taken now; a database that is away is asked again by the next sweep.
        this.fill().catch(() => undefined);
      });
      this.working.add(work);
    }
  }
}
