import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Types } from 'mongoose';
import { KeyedQueue } from '../../common/keyed-queue';
import { type Change, ChangeFeed, committedAt } from './change-feed';
import { EventMetrics } from './event-metrics';
import { type EventKind, EventRecord } from './schemas/event.schema';

export interface EventListener {
  /** One committed event. Events of a subject come one after another, in the order of their commits. */
  onEvent(event: EventRecord): Promise<void>;
  /** Events may have been missed. */
  onGap(): Promise<void>;
}

/**
 * The one path of live delivery: it begins at the committed event. Each node tails the change stream and hands each
 * event to the gateway of its kind, which emits to this node's own sockets.
 */
@Injectable()
export class EventRelay implements OnModuleInit {
  private readonly logger = new Logger(EventRelay.name);
  private readonly listeners = new Map<EventKind, EventListener>();
  private readonly queue = new KeyedQueue();

  constructor(
    private readonly feed: ChangeFeed,
    private readonly metrics: EventMetrics,
  ) {}

  onModuleInit(): void {
    this.feed.subscribe({
      collection: 'events',
      match: { operationType: 'insert' },
      onChange: (change) => this.relay(change),
      onGap: () => {
        for (const listener of this.listeners.values()) void this.guarded(() => listener.onGap());
      },
    });
  }

  register(kind: EventKind, listener: EventListener): void {
    this.listeners.set(kind, listener);
  }

  /**
   * Runs a task between two events of a subject: what it reads cannot be outdated by an event that was already
   * delivered. Joining a room goes through here, or a helper who is leaving could slip back in.
   */
  inOrder<T>(kind: EventKind, subject: Types.ObjectId, task: () => Promise<T>): Promise<T> {
    return this.queue.run(`${kind}:${subject.toHexString()}`, task);
  }

  private relay(change: Change): void {
    if (change.operationType !== 'insert') return;
    const event = change.fullDocument as EventRecord;
    const listener = this.listeners.get(event.kind);
    if (!listener) return;
    void this.inOrder(event.kind, event.subject, async () => {
      await this.guarded(() => listener.onEvent(event));
      this.metrics.relayed(committedAt(change));
    });
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // One event that cannot be shown must not stop the ones behind it: clients notice the gap in seq and sync.
      this.logger.error(error);
    }
  }
}
