import { UNDER_WAY } from './emergency.transitions';
import type { Response } from './schemas/emergency.schema';

/** True when nobody among these responses is still coming or there. */
export function everybodyLeftIsDone(responses: readonly Response[]): boolean {
  return responses.every(({ status }) => status === 'completed' || status === 'withdrawn');
}

/**
 * Who is coming, there, or done. Who was barred after completing does not count, nor does a completion that the requester
 * objected to: neither may resolve an emergency in which nobody else is left.
 */
export function stillCounts(response: Response, objectedAt: Date | null): boolean {
  if (UNDER_WAY.includes(response.status)) return true;
  return (
    response.status === 'completed' &&
    response.leftBecause === null &&
    (objectedAt === null || response.respondedAt > objectedAt)
  );
}
