interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result | PromiseLike<Result>) => void;
  reject: (reason: unknown) => void;
}

/**
 * Does work on many items in one go, without making a single one wait: the first goes at once, and what comes while it is
 * under way goes together when it is done.
 */
export class Batcher<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private busy = false;

  /**
   * @param work gives one result for each item, in their order. What it throws, each of them throws. A result that is a
   * promise keeps its own item waiting and nobody else.
   */
  constructor(
    private readonly work: (items: Item[]) => Promise<(Result | PromiseLike<Result>)[]>,
    private readonly largest: number,
  ) {}

  add(item: Item): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.busy) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.busy = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.largest);
      try {
        const results = await this.work(batch.map(({ item }) => item));
        batch.forEach(({ resolve }, index) => resolve(results[index]));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.busy = false;
  }
}
