import { SetMetadata } from '@nestjs/common';
import type { RateLimitPolicy } from './rate-limits';

export const RATE_LIMIT_POLICY = 'allynet:rate-limit';

/** Which of the RATE_LIMITS holds for a route or a controller; `standard` where nothing is said. */
export const RateLimit = (policy: RateLimitPolicy) => SetMetadata(RATE_LIMIT_POLICY, policy);
