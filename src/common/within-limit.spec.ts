import { DomainError } from './errors/domain-error';
import { withinLimit } from './within-limit';

describe('Work that has a limit', () => {
  it('gives its result in time', async () => {
    await expect(withinLimit(Promise.resolve(7), 1000)).resolves.toBe(7);
  });

  it('fails as it failed', async () => {
    const failure = new Error('broken');
    await expect(withinLimit(Promise.reject(failure), 1000)).rejects.toBe(failure);
  });

  it('is UNAVAILABLE beyond it, and what it throws afterwards bothers nobody', async () => {
    let fail: ((reason: Error) => void) | undefined;
    const hanging = new Promise<never>((_, reject) => (fail = reject));
    const refused: unknown = await withinLimit(hanging, 10).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DomainError);
    expect((refused as DomainError).code).toBe('UNAVAILABLE');
    fail?.(new Error('too late'));
  });
});
