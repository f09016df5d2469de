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
  type Document,
  type Timestamp,
} from 'mongodb';
import type { Connection } from 'mongoose';
import { setTimeout as delay } from 'node:timers/promises';
import { SECOND } from '../../common/time/clock';

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
/** Past this age what was heard from the stream must not be relied on (DESIGN §8). */
const STALE_AFTER_MS = SECOND;
const REOPEN_DELAY_MS = 200;
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
  private stream: ChangeStream | undefined;
  private opening: Promise<void> | undefined;
  private lastHeardAt = 0;
  private closed = false;

  constructor(@InjectConnection() private readonly connection: Connection) {}

  /** To be called before the application has started (in a constructor or `onModuleInit`). */
  subscribe(subscription: FeedSubscription): void {
    if (this.opening) throw new Error('ChangeFeed: subscribe before the application has started');
    this.subscriptions.push(subscription);
  }

  /** Resolves when every change from now on will be delivered. Idempotent. */
  open(): Promise<void> {
    this.opening ??= this.openAt(undefined);
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
    await this.stream?.close();
  }

  private async openAt(resumeAfter: unknown): Promise<void> {
    const database = this.connection.getClient().db(this.connection.name);
    // The position is taken before the stream opens, so nothing that commits in between is missed.
    const position =
      resumeAfter === undefined
        ? { startAtOperationTime: (await database.command({ ping: 1 })).operationTime as Timestamp }
        : { resumeAfter };
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
    stream.on('resumeTokenChanged', () => {
      this.lastHeardAt = Date.now();
    });
    stream.on('change', (change) => {
      this.lastHeardAt = Date.now();
      this.deliver(change);
    });
    stream.on('error', (error) => void this.reopen(stream, error));
    this.lastHeardAt = Date.now();
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
    this.logger.warn(`The change stream failed and is opened again: ${error.message}`);
    const lost = error instanceof MongoServerError && TOKEN_LOST.includes(Number(error.code));
    const token = lost ? undefined : failed.resumeToken;
    await failed.close().catch(() => undefined);
    for (;;) {
      if (this.closed) return;
      try {
        await this.openAt(token ?? undefined);
        break;
      } catch (failure) {
        this.logger.warn(`The change stream cannot be opened yet: ${String(failure)}`);
        await delay(REOPEN_DELAY_MS, undefined, { ref: false });
      }
    }
    if (token === undefined || token === null)
      {
      for (const subscription of this.subscriptions) subscription.onGap?.();
    }
  }
}
