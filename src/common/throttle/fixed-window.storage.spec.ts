import { Clock } from '../time/clock';
import { FixedWindowStorage } from './fixed-window.storage';

class StoppedClock extends Clock {
  time = 1_000_000;

  override now(): Date {
    return new Date(this.time);
  }
}

describe('FixedWindowStorage', () => {
  const clock = new StoppedClock();
  const storage = new FixedWindowStorage(clock);
  const hit = (key: string) => storage.increment(key, 60_000, 2);

  it('blocks past the limit until the window ends, each key for itself', async () => {
    expect((await hit('a')).isBlocked).toBe(false);
    expect((await hit('a')).isBlocked).toBe(false);
    clock.time += 20_500;
    expect(await hit('a')).toEqual({
      totalHits: 3,
      timeToExpire: 40,
      isBlocked: true,
      timeToBlockExpire: 40,
    });
    expect((await hit('b')).isBlocked).toBe(false);
    clock.time += 39_500;
    expect(await hit('a')).toMatchObject({ totalHits: 1, isBlocked: false });
  });

  it('forgets windows that ended', async () => {
    for (let index = 0; index < 100; index += 1) await hit(`key ${index}`);
    clock.time += 120_000;
    await hit('last');
    expect(Reflect.get(storage, 'windows')).toHaveProperty('size', 1);
  });
});
