import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { DomainError } from '../../common/errors/domain-error';
import { MINUTE, SECOND } from '../../common/time/clock';
import { appConfig } from '../../config/app.config';

/** Messages a second that a user may send for long, and how many at once after a pause. */
interface Limit {
  perSecond: number;
  burst: number;
}

const EVERYTHING: Limit = { perSecond: 20, burst: 60 };
/** A phone reports once a second or less; each report is a write and goes to a whole room. */
const BY_MESSAGE: Record<string, Limit> = {
  'location.update': { perSecond: 2, burst: 10 },
  'message.send': { perSecond: 2, burst: 10 },
};
/** A bucket that was left alone this long is full again, and is forgotten. */
const FORGET_AFTER_MS = MINUTE;

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * Token buckets for what a user sends over this node's sockets. By user, not by connection: whoever opens thirty
 * connections must not have thirty times the budget.
 */
@Injectable()
export class SocketRates {
  private readonly buckets = new Map<string, Bucket>();
  private sweptAt = performance.now();

  constructor(@Inject(appConfig.KEY) private readonly config: ConfigType<typeof appConfig>) {}

  /** @returns false when this user has sent too much of late. */
  allow(userId: string, message: string): boolean {
    if (!this.config.rateLimits) return true;
    const own = BY_MESSAGE[message];
    return (
      this.take(userId, EVERYTHING) && (own === undefined || this.take(`${userId} ${message}`, own))
    );
  }

  private take(key: string, { perSecond, burst }: Limit): boolean {
    const now = performance.now();
    this.sweep(now);
    const bucket = this.buckets.get(key) ?? { tokens: burst, at: now };
    this.buckets.set(key, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / SECOND) * perSecond);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  private sweep(now: number): void {
    if (now - this.sweptAt < FORGET_AFTER_MS) return;
    this.sweptAt = now;
    for (const [key, { at }] of this.buckets) {
      if (now - at >= FORGET_AFTER_MS) this.buckets.delete(key);
    }
  }
}

export function tooManyMessages(): DomainError {
  return new DomainError(
    'RATE_LIMITED',
    'Too many messages. Slow down and send it again in a second.',
    { retryAfterSeconds: 1 },
  );
}
