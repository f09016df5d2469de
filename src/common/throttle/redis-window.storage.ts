import { Logger } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import type { Redis, RedisOptions } from 'ioredis';
import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { SECOND } from '../time/clock';
import { windowRecord, type ThrottlerStorageRecord } from './fixed-window.storage';

/** How long a request waits for Redis, once: after that nobody asks for RETRY_AFTER_MS. */
const ANSWER_WITHIN_MS = 200;
const RETRY_AFTER_MS = SECOND;

/** A connection on which commands fail at once while Redis is away, and soon while it hangs. */
export const RATE_LIMIT_CONNECTION: RedisOptions = {
  commandTimeout: ANSWER_WITHIN_MS,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
};

/**
 * In one step, so that no counter is left without an end. The window begins with the first hit and is timed by Redis:
 * one clock for all nodes.
 */
const COUNT_HIT = `
local hits = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return {hits, left}`;

/**
 * Counts in Redis, for all nodes together. While Redis is away each node counts for itself: a limit is then wider by
 * the number of nodes, and nobody is refused, nor kept waiting, because of Redis
 * (docs/decisions/009-redis-is-optional.md).
 */
export class RedisWindowStorage implements ThrottlerStorage {
  private readonly logger = new Logger('RateLimits');
  private away = false;
  private askAgainAt = 0;

  constructor(
    private readonly redis: Redis,
    private readonly ownNode: ThrottlerStorage,
  ) {
    redis.on('error', (error) => this.lost(error));
    redis.on('close', () => this.lost(new Error('The connection was closed')));
    redis.on('ready', () => this.found());
  }

  /** @param ttl the length of a window in milliseconds. */
  async increment(
    key: string,
    ttl: number,
    limit: number,
    blockDuration: number,
    throttlerName: string,
  ): Promise<ThrottlerStorageRecord> {
    if (this.redis.status === 'ready' && performance.now() >= this.askAgainAt) {
      try {
        const answer = await this.redis.eval(COUNT_HIT, 1, storedKey(key), ttl);
        const [hits, millisecondsLeft] = answer as [number, number];
        this.found();
        return windowRecord(hits, limit, millisecondsLeft);
      } catch (error) {
        this.askAgainAt = performance.now() + RETRY_AFTER_MS;
        this.lost(error);
      }
    }
    return this.ownNode.increment(key, ttl, limit, blockDuration, throttlerName);
  }

  private lost(error: unknown): void {
    if (this.away || this.redis.status === 'end') return;
    this.away = true;
    this.logger.warn(
      `Redis does not answer (${String(error)}): until it does, each node counts rate limits for itself.`,
    );
  }

  private found(): void {
    if (!this.away) return;
    this.away = false;
    this.logger.log('Redis answers again: rate limits hold over all nodes.');
  }
}

/** Keys name addresses and e-mail addresses, which need not lie in Redis. */
function storedKey(key: string): string {
  return `allynet:rate:${createHash('sha256').update(key).digest('base64url')}`;
}
