import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { Redis, type RedisOptions } from 'ioredis';
import { redisConfig } from '../../config/redis.config';
import { SECOND } from '../time/clock';

/** Answers as ioredis gives them by default. */
type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

const RECONNECT_STEP_MS = 100;
const RECONNECT_WITHIN_MS = 2 * SECOND;

/**
 * Connections to the Redis of `REDIS_URL`. What uses one goes on without it while Redis is away
 * (docs/decisions/009-redis-is-optional.md), so nothing here waits for Redis or fails because of it.
 */
@Injectable()
export class RedisConnections implements OnApplicationShutdown {
  private readonly open = new Set<Redis>();

  constructor(@Inject(redisConfig.KEY) private readonly config: ConfigType<typeof redisConfig>) {}

  /** A connection that is made in the background, and again whenever it is lost; undefined without `REDIS_URL`. */
  connect(options: ConnectionOptions): Redis | undefined {
    if (!this.config.url) return undefined;
    const redis = new OwnRedis(
      this.config.url,
      {
        ...options,
        retryStrategy: (attempt) => Math.min(attempt * RECONNECT_STEP_MS, RECONNECT_WITHIN_MS),
      },
      this.open,
    );
    // Without a listener an error of the connection would end the process.
    redis.on('error', () => undefined);
    return redis;
  }

  /** Comes after the sockets have closed. */
  onApplicationShutdown(): void {
    for (const redis of this.open) redis.disconnect();
    this.open.clear();
  }
}

/** Knows its duplicates, which the adapter of Socket.IO makes for itself and would leave open while Redis is away. */
class OwnRedis extends Redis {
  constructor(
    private readonly url: string,
    options: ConnectionOptions,
    private readonly family: Set<Redis>,
  ) {
    super(url, options);
    family.add(this);
  }

  override duplicate(override: ConnectionOptions = {}): Redis {
    return new OwnRedis(this.url, { ...this.options, ...override }, this.family);
  }
}
