import { KeyedQueue } from './keyed-queue';

/** A task that ends when told to. */
function gate(): { task: () => Promise<void>; open: () => void; started: () => boolean } {
  let begun = false;
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return {
    task: () => {
      begun = true;
      return opened;
    },
    open,
    started: () => begun,
  };
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('A keyed queue', () => {
  it('runs tasks of one key one after another, in the order they came', async () => {
    const queue = new KeyedQueue();
    const order: number[] = [];
    const tasks = Array.from({ length: 20 }, (_, index) =>
      queue.run('a', async () => {
        for (let turn = 0; turn < 20 - index; turn += 1) await Promise.resolve();
        order.push(index);
      }),
    );
    await Promise.all(tasks);
    expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  it('does not let one key wait for another', async () => {
    const queue = new KeyedQueue();
    const slow = gate();
    const first = queue.run('a', slow.task);
    const behind = gate();
    behind.open();
    const second = queue.run('a', behind.task);
    expect(await queue.run('b', async () => 'done')).toBe('done');
    expect(behind.started()).toBe(false);
    slow.open();
    await Promise.all([first, second]);
    expect(behind.started()).toBe(true);
  });

  it('gives each caller its own result or error, and a failure stops nobody behind it', async () => {
    const queue = new KeyedQueue();
    const failed = queue.run('a', () => Promise.reject(new Error('broken')));
    const next = queue.run('a', async () => 2);
    await expect(failed).rejects.toThrow('broken');
    expect(await next).toBe(2);
  });

  it('is drained when everything that is queued now has run', async () => {
    const queue = new KeyedQueue();
    const slow = gate();
    void queue.run('a', slow.task);
    let drained = false;
    const draining = queue.drained().then(() => (drained = true));
    await settle();
    expect(drained).toBe(false);
    slow.open();
    await draining;
  });

  it('keeps nothing of keys whose tasks have run', async () => {
    const queue = new KeyedQueue();
    for (let index = 0; index < 100; index += 1) await queue.run(`key ${index}`, async () => index);
    await settle();
    expect((queue as unknown as { tails: Map<string, unknown> }).tails.size).toBe(0);
  });
});
