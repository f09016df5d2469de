import { HelperDensity } from './helper-density';

describe('HelperDensity', () => {
  const berlin = { latitude: 52.525, longitude: 13.405 };

  it('knows nothing before somebody has searched', () => {
    expect(new HelperDensity().radiusFor(berlin, 150)).toBeUndefined();
  });

  it('draws a ring a little larger than the one in which so many were found', () => {
    const density = new HelperDensity();
    density.learn(berlin, 150, 300);
    expect(density.radiusFor(berlin, 150)).toBeCloseTo(300 * Math.sqrt(1.2), 6);
    expect(density.radiusFor(berlin, 600)).toBeCloseTo(600 * Math.sqrt(1.2), 6);
  });

  it('guesses by the region where the place itself is new', () => {
    const density = new HelperDensity();
    density.learn(berlin, 150, 300);
    const region = { latitude: 52.54, longitude: 13.43 };
    const elsewhere = { latitude: 48.1, longitude: 11.6 };
    expect(density.radiusFor(region, 150)).toBeDefined();
    expect(density.radiusFor(elsewhere, 150)).toBeUndefined();
    density.learn(region, 150, 100);
    expect(density.radiusFor(berlin, 150)).toBeCloseTo(300 * Math.sqrt(1.2), 6);
  });

  it('learns nothing from nobody, and forgets the places that were searched long ago', () => {
    const density = new HelperDensity();
    density.learn(berlin, 0, 300);
    expect(density.radiusFor(berlin, 150)).toBeUndefined();
    density.learn(berlin, 150, 300);
    for (let index = 0; index < 40_000; index += 1) {
      density.learn(
        { latitude: (index % 8000) / 100, longitude: -Math.floor(index / 100) / 10 },
        1,
        1,
      );
    }
    expect(density.radiusFor(berlin, 150)).toBeUndefined();
    expect(Reflect.get(density, 'cells')).toHaveProperty('size', 20_000);
  });
});
