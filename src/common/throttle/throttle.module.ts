import { type ExecutionContext, Module } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { Reflector } from '@nestjs/core';
import {
  normalizeIp,
  ThrottlerModule,
  type ThrottlerOptions,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { appConfig } from '../../config/app.config';
import { isIP } from 'node:net';
import type { Actor } from '../auth/actor';
import { Clock } from '../time/clock';
import { RedisConnections } from '../redis/redis-connections';
import { FixedWindowStorage } from './fixed-window.storage';
import { RATE_LIMIT_POLICY } from './rate-limit.decorator';
import {
  limitOf,
  RATE_LIMIT_SUBJECTS,
  RATE_LIMIT_WINDOW_MS,
  type RateLimitPolicy,
  type RateLimitSubject,
} from './rate-limits';
import { RATE_LIMIT_CONNECTION, RedisWindowStorage } from './redis-window.storage';

type Request = FastifyRequest & { user?: Actor };

/** Rate limits over HTTP, as the table in rate-limits.ts says. */
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      inject: [appConfig.KEY, Clock, Reflector, RedisConnections],
      useFactory: (
        config: ConfigType<typeof appConfig>,
        clock: Clock,
        reflector: Reflector,
        redis: RedisConnections,
      ) => ({
        storage: storage(clock, redis),
        setHeaders: false,
        throttlers: RATE_LIMIT_SUBJECTS.map((subject) =>
          throttler(subject, config.rateLimits, (context) => policyOf(reflector, context)),
        ),
      }),
    }),
  ],
  exports: [ThrottlerModule],
})
export class ThrottleModule {}

function storage(clock: Clock, connections: RedisConnections): ThrottlerStorage {
  const ownNode = new FixedWindowStorage(clock);
  const redis = connections.connect(RATE_LIMIT_CONNECTION);
  return redis ? new RedisWindowStorage(redis, ownNode) : ownNode;
}

function throttler(
  subject: RateLimitSubject,
  enabled: boolean,
  policy: (context: ExecutionContext) => RateLimitPolicy,
): ThrottlerOptions {
  return {
    name: subject,
    ttl: RATE_LIMIT_WINDOW_MS,
    limit: (context) => limitOf(policy(context), subject) ?? Infinity,
    skipIf: (context) => !enabled || limitOf(policy(context), subject) === undefined,
    getTracker: (request) => counted(subject, request as Request),
    generateKey: (context, tracker) => `${policy(context)}:${subject}:${tracker}`,
  };
}

function policyOf(reflector: Reflector, context: ExecutionContext): RateLimitPolicy {
  return (
    reflector.getAllAndOverride<RateLimitPolicy | undefined>(RATE_LIMIT_POLICY, [
      context.getHandler(),
      context.getClass(),
    ]) ?? 'standard'
  );
}

function counted(subject: RateLimitSubject, request: Request): string {
  if (subject === 'caller' && request.user) return request.user.id.toHexString();
  const named = subject === 'account' ? account(request.body) : undefined;
  return named ?? normalizeIp(addressOf(request));
}

/** Some proxies write the port beside the address; each connection would have a budget of its own. */
function addressOf({ ip, socket }: Request): string {
  const bare = ip.replace(/^\[(.+)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1');
  return isIP(bare) ? bare : (socket.remoteAddress ?? '');
}

/** The body has not been validated yet: it can be anything. */
function account(body: unknown): string | undefined {
  const named = body as { email?: unknown; newEmail?: unknown } | null | undefined;
  const email = named?.email ?? named?.newEmail;
  return typeof email === 'string' ? email.trim().toLowerCase().slice(0, 254) : undefined;
}
