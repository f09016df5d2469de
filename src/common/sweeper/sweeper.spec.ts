import { MINUTE } from '../time/clock';
import { Sweeper } from './sweeper';

/** Counts rounds, each of which ends when it is told to. */
class Counting extends Sweeper {
  begun = 0;
  atOnce = 0;
  most = 0;
  private ends: (() => void)[] = [];

  constructor() {
    super(MINUTE);
  }

  end(): void {
    this.ends.shift()?.();
  }

  protected async round(): Promise<void> {
    this.begun += 1;
    this.atOnce += 1;
    this.most = Math.max(this.most, this.atOnce);
    await new Promise<void>((resolve) => this.ends.push(resolve));
    this.atOnce -= 1;
  }
}

describe('A sweeper', () => {
  it('begins a round behind the one under way for all who ask meanwhile, and never two at once', async () => {
    const sweeper = new Counting();
    const first = sweeper.sweep();
    const asked = [sweeper.sweep(), sweeper.sweep()];
    expect(sweeper.begun).toBe(1);
    sweeper.end();
    await first;
    await Promise.resolve();
    const late = sweeper.sweep();
    expect(sweeper.begun).toBe(2);
    sweeper.end();
    await Promise.all(asked);
    expect(sweeper.begun).toBe(3);
    sweeper.end();
    await late;
    expect(sweeper.most).toBe(1);
  });

  it('begins none behind the end', async () => {
    const sweeper = new Counting();
    const first = sweeper.sweep();
    const asked = sweeper.sweep();
    const stopped = sweeper.onModuleDestroy();
    sweeper.end();
    await Promise.all([first, asked, stopped]);
    expect(sweeper.begun).toBe(1);
  });
});
