import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail } from '@nestjs/throttler';
import { DomainError } from '../errors/domain-error';

/** Refuses whoever asks more often than the route's policy allows. Runs after authentication, to count by person. */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  /** Socket messages have limits of their own, and no request to count by. */
  protected override async shouldSkip(context: ExecutionContext): Promise<boolean> {
    return context.getType() !== 'http';
  }

  protected override async throwThrottlingException(
    _context: ExecutionContext,
    { timeToBlockExpire }: ThrottlerLimitDetail,
  ): Promise<void> {
    throw new DomainError(
      'RATE_LIMITED',
      `Too many requests. Try again in ${timeToBlockExpire} s.`,
      undefined,
      timeToBlockExpire,
    );
  }
}
