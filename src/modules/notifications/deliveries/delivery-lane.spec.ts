import { DeliveryLane } from './delivery-lane';

/** A lane over rows in memory, whose work ends when the test says so. */
function laneOver(rows: number[]) {
  const begun: number[] = [];
  const ends = new Map<number, () => void>();
  const lane = new DeliveryLane<number>(
    () => Promise.resolve(rows.shift() ?? null),
    (row) => {
      begun.push(row);
      return new Promise((resolve) => ends.set(row, resolve));
    },
  );
  return { lane, begun, finish: (row: number) => ends.get(row)?.() };
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe('A lane', () => {
  it('works on four at once, and takes the next as soon as one is done', async () => {
    const { lane, begun, finish } = laneOver([1, 2, 3, 4, 5, 6]);
    await lane.fill();
    expect(begun).toEqual([1, 2, 3, 4]);
    finish(3);
    await turns();
    expect(begun).toEqual([1, 2, 3, 4, 5]);
  });

  it('goes on taking while one of its rows hangs', async () => {
    const rows = [1];
    const { lane, begun } = laneOver(rows);
    await lane.fill();
    rows.push(2);
    await lane.fill();
    expect(begun).toEqual([1, 2]);
  });

  it('finds what came while it looked', async () => {
    const rows: number[] = [];
    const { lane, begun } = laneOver(rows);
    const looking = lane.fill();
    rows.push(1);
    await Promise.all([looking, lane.fill()]);
    expect(begun).toEqual([1]);
  });

  it('takes nothing more when it was stopped, and ends what is under way', async () => {
    const { lane, begun, finish } = laneOver([1, 2, 3, 4, 5]);
    await lane.fill();
    const stopped = lane.stop();
    for (const row of [1, 2, 3, 4]) finish(row);
    await stopped;
    await lane.fill();
    expect(begun).toEqual([1, 2, 3, 4]);
  });

  it('is looked for again where looking failed', async () => {
    let failing = true;
    const done: number[] = [];
    const rows = [1];
    const lane = new DeliveryLane<number>(
      () => (failing ? Promise.reject(new Error('away')) : Promise.resolve(rows.shift() ?? null)),
      (row) => Promise.resolve(void done.push(row)),
    );
    await expect(lane.fill()).rejects.toThrow('away');
    failing = false;
    await lane.fill();
    expect(done).toEqual([1]);
  });
});
