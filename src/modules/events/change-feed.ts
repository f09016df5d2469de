import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import {
  MongoServerError,
  type ChangeStream,
  type ChangeStreamDocument,
  type ChangeStreamOptions,
  type Document,
  type ResumeToken,
  type Timestamp,
} from 'mongodb';
import type { Connection } from 'mongoose';
import { setTimeout as delay } from 'node:timers/promises';
import { SECOND } from '../../common/time/clock';
import { EventMetrics } from './event-metrics';

export type Change = ChangeStreamDocument;

export interface FeedSubscription {
  collection: string;
  /** Which changes of the collection, as a `$match` on the change itself; keeps the rest off the wire. */
  match: Document;
  /** Called in commit order. Must not throw, and must hand slow work to a queue. */
  onChange(change: Change): void;
  /** Changes may have been missed: whatever is derived from them must be read again. */
  onGap?(): void;
}

/** An idle stream answers at least this often, which is how we know that it is alive. */
const HEARTBEAT_MS = 400;
/** Past this age what was heard from the stream must not be relied on (docs/design.md). */
const STALE_AFTER_MS = SECOND;
const REOPEN_DELAY_MS = 200;
/** The driver resumes by itself after most failures; one that has not within this time is opened anew. */
const ENDED_MS = 500;
/** A connection that is dead without knowing it never answers. */
const SILENT_MS = 5 * SECOND;
/** InvalidResumeToken, ChangeStreamFatalError, ChangeStreamHistoryLost: the token is of no more use. */
const TOKEN_LOST = [260, 280, 286];

/**
 * This node's one change stream on the database. It resumes by token after a failure; when history is lost it opens
 * anew first and then tells every subscriber of the gap.
 */
@Injectable()
export class ChangeFeed implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ChangeFeed.name);
  private readonly subscriptions: FeedSubscription[] = [];
  private readonly gapListeners: (() => void)[] = [];
  private stream: ChangeStream | undefined;
  private opening: Promise<void> | undefined;
  private openedAt = 0;
  private watchdog: NodeJS.Timeout | undefined;
  private lastHeardAt = 0;
  private closed = false;

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly metrics: EventMetrics,
  ) {
    metrics.watch(() => Date.now() - this.lastHeardAt);
  }

  /** To be called before the application has started (in a constructor or `onModuleInit`). */
  subscribe(subscription: FeedSubscription): void {
    if (this.opening) throw new Error('ChangeFeed: subscribe before the application has started');
    this.subscriptions.push(subscription);
  }

  /** For what depends on changes that others subscribe to: called after a gap, as a subscription's own `onGap`. */
  onGap(listener: () => void): void {
    this.gapListeners.push(listener);
  }

  /** Resolves when every change from now on will be delivered. Idempotent. */
  open(): Promise<void> {
    this.opening ??= this.openAt(undefined);
    this.watchdog ??= setInterval(() => this.look(), HEARTBEAT_MS).unref();
    return this.opening;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.open();
  }

  /** True while the stream is known to be live and no more than a second behind. */
  isFresh(): boolean {
    return Date.now() - this.lastHeardAt <= STALE_AFTER_MS;
  }

  async onModuleDestroy(): Promise<void> {
    this.closed = true;
    clearInterval(this.watchdog);
    await this.stream?.close();
  }

  private async openAt(resumeAfter: ResumeToken): Promise<void> {
    const database = this.connection.getClient().db(this.connection.name);
    let position: ChangeStreamOptions = { resumeAfter };
    if (resumeAfter === undefined) {
      // The position is taken before the stream opens, so nothing that commits in between is missed.
      const { operationTime } = await database.command({ ping: 1 });
      position = { startAtOperationTime: operationTime as Timestamp };
      this.lastHeardAt = Date.now();
    }
    const stream = database.watch(
      [
        {
          $match: {
            $or: this.subscriptions.map(({ collection, match }) => ({
              'ns.coll': collection,
              ...match,
            })),
          },
        },
      ],
      { ...position, maxAwaitTimeMS: HEARTBEAT_MS },
    );
    this.stream = stream;
    this.openedAt = Date.now();
    stream.on('resumeTokenChanged', () => {
      if (this.stream === stream) this.lastHeardAt = Date.now();
    });
    stream.on('change', (change) => {
      this.lastHeardAt = Date.now();
      this.metrics.seen(committedAt(change));
      this.deliver(change);
    });
    stream.on('error', (error) => void this.reopen(stream, error));
    if (this.closed) await stream.close();
  }

  /** The driver ends a stream without a word when its cursor was interrupted, as by killOp. */
  private look(): void {
    const { stream } = this;
    if (!stream) return;
    const silent = Date.now() - Math.max(this.lastHeardAt, this.openedAt);
    if (silent > (stream.closed ? ENDED_MS : SILENT_MS)) {
      void this.reopen(stream, new Error(`nothing was heard for ${silent} ms`));
    }
  }

  private deliver(change: Change): void {
    const collection = 'ns' in change && 'coll' in change.ns ? change.ns.coll : undefined;
    for (const subscription of this.subscriptions) {
      if (subscription.collection !== collection) continue;
      try {
        subscription.onChange(change);
      } catch (error) {
        this.logger.error(error);
      }
    }
  }

  private async reopen(failed: ChangeStream, error: Error): Promise<void> {
    if (this.closed || this.stream !== failed) return;
    this.stream = undefined;
    this.logger.warn(`The change stream failed and is opened again: ${error.message}`);
    const lost = error instanceof MongoServerError && TOKEN_LOST.includes(Number(error.code));
    const token = lost ? undefined : (failed.resumeToken ?? undefined);
    failed.removeAllListeners('change');
    failed.close().catch(() => undefined);
    // One that fails as soon as it is open must not keep the process and the log busy.
    if (Date.now() - this.openedAt < REOPEN_DELAY_MS) await this.pause();
    for (;;) {
      if (this.closed) return;
      try {
        await this.openAt(token);
        break;
      } catch (failure) {
        this.logger.warn(`The change stream cannot be opened yet: ${String(failure)}`);
        await this.pause();
      }
    }
    this.metrics.streamReopened(token === undefined);
    if (token === undefined) {
      for (const subscription of this.subscriptions) subscription.onGap?.();
      for (const listener of this.gapListeners) listener();
    }
  }

  private pause(): Promise<void> {
    return delay(REOPEN_DELAY_MS, undefined, { ref: false });
  }
}

/** By the clock of the database; MongoDB says it from 6.0 on. */
export function committedAt(change: Change): Date | undefined {
  return 'wallTime' in change ? change.wallTime : undefined;
}
