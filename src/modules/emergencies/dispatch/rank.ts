import type { Types } from 'mongoose';
import type { Place } from '../../../common/geo/geo';
import { TRUST_MAXIMUM } from '../../users/schemas/user.schema';
import type { AlertVia } from '../schemas/alert.schema';

export interface Candidate {
  helper: Types.ObjectId;
  place: Place;
  /** To the place of the emergency, in metres, exact: for ranking, never for showing. */
  distanceMeters: number;
  trustScore: number;
  /** For members of organizations. */
  via?: AlertVia;
}

/**
 * How good a helper is for an emergency, from 0 to 1: half trust, half nearness (docs/design.md).
 *
 * `0.5·trust/1000 + 0.5·(1 − distance/radius)`
 */
export function score(candidate: Candidate, radiusMeters: number): number {
  const trust = candidate.trustScore / TRUST_MAXIMUM;
  const nearness = 1 - candidate.distanceMeters / radiusMeters;
  return 0.5 * trust + 0.5 * nearness;
}

/** Best first; equal scores by distance, then by id, so that every node ranks alike. */
export function rank(candidates: readonly Candidate[], radiusMeters: number): Candidate[] {
  return candidates
    .map((candidate) => ({ candidate, score: score(candidate, radiusMeters) }))
    .sort(
      (a, b) =>
        b.score - a.score ||
        a.candidate.distanceMeters - b.candidate.distanceMeters ||
        Buffer.compare(a.candidate.helper.id, b.candidate.helper.id),
    )
    .map(({ candidate }) => candidate);
}
