import { unavailable } from './errors/domain-error';

/**
 * What the work gives, unless it takes longer. It is not broken off then: it goes on with nobody waiting, and must be safe to
 * repeat.
 *
 * @throws DomainError UNAVAILABLE after `limitMs`.
 */
export async function withinLimit<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable()), limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
