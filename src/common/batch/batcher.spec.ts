import { Batcher } from './batcher';

describe('Batcher', () => {
  /** Work that is held back until it is let go, and remembers its batches. */
  function held(largest = 10) {
    const batches: number[][] = [];
    const gates: (() => void)[] = [];
    const batcher = new Batcher<number, number>(async (items) => {
      batches.push(items);
      await new Promise<void>((resolve) => gates.push(resolve));
      if (items.includes(0)) throw new Error('nought');
      return items.map((item) => item * 2);
    }, largest);
    const release = async (): Promise<void> => {
      gates.shift()?.();
      await new Promise(setImmediate);
    };
    return { batches, batcher, release };
  }

  it('lets the first go at once, and those that come meanwhile together', async () => {
    const { batches, batcher, release } = held();
    const results = [1, 2, 3].map((item) => batcher.add(item));
    expect(batches).toEqual([[1]]);
    await release();
    expect(batches).toEqual([[1], [2, 3]]);
    await release();
    await expect(Promise.all(results)).resolves.toEqual([2, 4, 6]);
  });

  it('makes no batch larger than it may be', async () => {
    const { batches, batcher, release } = held(2);
    const results = [1, 2, 3, 4].map((item) => batcher.add(item));
    for (let batch = 0; batch < 3; batch += 1) await release();
    await Promise.all(results);
    expect(batches).toEqual([[1], [2, 3], [4]]);
  });

  it('fails those of a failed batch alone, and goes on', async () => {
    const { batcher, release } = held(1);
    const failed = batcher.add(0).catch(String);
    const behind = batcher.add(1);
    await release();
    await release();
    await expect(failed).resolves.toBe('Error: nought');
    await expect(behind).resolves.toBe(2);
    const later = batcher.add(5);
    await release();
    await expect(later).resolves.toBe(10);
  });

  it('goes on while one result is still to come', async () => {
    const slow = new Promise<string>(() => undefined);
    const batcher = new Batcher<string, string>(
      async (items) => items.map((item) => (item === 'slow' ? slow : item)),
      1,
    );
    void batcher.add('slow');
    await expect(batcher.add('quick')).resolves.toBe('quick');
  });
});
