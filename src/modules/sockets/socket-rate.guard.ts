import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { DomainError } from '../../common/errors/domain-error';
import { SECOND } from '../../common/time/clock';
import { appConfig } from '../../config/app.config';

/** Messages a second that a connection may send for long, and how many at once after a pause. */
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

interface Bucket {
  tokens: number;
  at: number;
}

/** Token buckets for each connection, kept on the socket itself so that they go with it. */
@Injectable()
export class SocketRateGuard implements CanActivate {
  private readonly buckets = new WeakMap<object, Map<string, Bucket>>();

  constructor(@Inject(appConfig.KEY) private readonly config: ConfigType<typeof appConfig>) {}

  canActivate(context: ExecutionContext): boolean {
    if (!this.config.rateLimits) return true;
    const socket = context.switchToWs().getClient<object>();
    const message = context.switchToWs().getPattern();
    const own = BY_MESSAGE[message];
    const allowed =
      this.take(socket, '*', EVERYTHING) && (own === undefined || this.take(socket, message, own));
    if (allowed) return true;
    throw new DomainError(
      'RATE_LIMITED',
      'Too many messages on this connection. Slow down and send it again in a second.',
      { retryAfterSeconds: 1 },
    );
  }

  private take(socket: object, name: string, { perSecond, burst }: Limit): boolean {
    const now = performance.now();
    const mine = this.buckets.get(socket) ?? new Map<string, Bucket>();
    this.buckets.set(socket, mine);
    const bucket = mine.get(name) ?? { tokens: burst, at: now };
    mine.set(name, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / SECOND) * perSecond);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
