import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../../src/demo/random';
import { until } from '../../src/demo/until';
import { type Aim, type Plot, PLOTS, Story } from './story';
import { everybody, type Village } from './village';

const SETTLES_WITHIN_MS = 120_000;

/** Starts emergencies at a steady rate, and plays each to its end. */
export class Driver {
  /** What went wrong in the eyes of a client, in words. */
  readonly problems: string[] = [];
  readonly random: Random;
  /** Emergencies that could not begin in time because every village was busy. */
  skipped = 0;
  private readonly playing = new Set<Promise<void>>();

  constructor(
    readonly villages: Village[],
    seed: number,
  ) {
    this.random = new Random(seed);
  }

  /** Until it is told to end. @param rate emergencies a second. */
  async run(rate: number, signal: AbortSignal): Promise<void> {
    const began = performance.now();
    for (let number = 0; !signal.aborted; number += 1) {
      const due = began + (number * 1000) / rate;
      await delay(Math.max(0, due - performance.now()));
      if (!this.begin(this.random.pick(PLOTS))) this.skipped += 1;
    }
  }

  /** Plays one emergency now. @returns false when every village is busy; one is kept for what is aimed. */
  begin(plot: Plot, aim?: Aim): boolean {
    const free = this.villages.filter(({ busy }, number) => !busy && (aim || number > 0));
    const village = this.random.shuffled(free)[0];
    if (!village) return false;
    village.busy = true;
    const playing = new Story(village, plot, this.random, aim)
      .play()
      .then(() => {
        // Where it broke off an emergency may be live still: nobody else's is to meet it.
        village.busy = false;
      })
      .catch((error: unknown) => {
        this.problems.push(`${plot}: ${error instanceof Error ? error.message : String(error)}`);
      })
      .finally(() => {
        this.playing.delete(playing);
      });
    this.playing.add(playing);
    return true;
  }

  /** Until every emergency has been played, and every phone is connected again and has caught up. */
  async settle(): Promise<void> {
    await Promise.all(this.playing);
    const devices = this.villages.flatMap(everybody).map(({ device }) => device);
    await until(
      'every phone to be connected',
      () => devices.every(({ connected }) => connected),
      SETTLES_WITHIN_MS,
    );
  }

  close(): void {
    for (const { device } of this.villages.flatMap(everybody)) device.close();
  }
}
