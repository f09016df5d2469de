import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Sweeper } from '../../../common/sweeper/sweeper';
import { Clock, DAY, later, SECOND } from '../../../common/time/clock';
import { CHANNELS, type ChannelName, type SendResult } from '../channels/channel';
import { Channels } from '../channels/channels';
import { type Delivery, ORDINARY, URGENT } from '../schemas/delivery.schema';
import { Composers } from './composers';
import { DeliveryLane } from './delivery-lane';
import { DeliveryMetrics, type DeliveryResult } from './delivery-metrics';
import { DeliveryQueue, type Outcome } from './delivery-queue';
import { MOST_ATTEMPTS, retryDelay } from './retry-delay';

/** What a provider has not answered by then counts as failed. With composing it stays within the lease. */
const ANSWER_WITHIN_MS = 30 * SECOND;

/** What a provider may ask for: push services are whoever somebody names, and a row that waits for ever is kept for ever. */
const LONGEST_WAIT_MS = DAY;

/**
 * Sends what the outbox holds, on every node: at least once. A row goes out twice where a node dies or is paused between the
 * provider taking it and the result being written, or the provider's answer is lost: hence the idempotency key.
 */
@Injectable()
export class DeliveryWorker extends Sweeper {
  private readonly log = new Logger(DeliveryWorker.name);
  private readonly lanes = CHANNELS.flatMap((channel) =>
    [URGENT, ORDINARY].map((priority) => this.lane(channel, priority)),
  );

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly channels: Channels,
    private readonly composers: Composers,
    private readonly metrics: DeliveryMetrics,
    private readonly clock: Clock,
  ) {
    super();
    // Not `sweep`, which waits for the round under way.
    queue.onAdded(() => void this.round());
  }

  override async onModuleDestroy(): Promise<void> {
    await super.onModuleDestroy();
    await Promise.all(this.lanes.map((lane) => lane.stop()));
  }

  /** Once everything that is due has been tried. */
  async settled(): Promise<void> {
    await this.sweep();
    await Promise.all(this.lanes.map((lane) => lane.settled()));
  }

  protected async round(): Promise<void> {
    if (this.stopped) return;
    await Promise.all(this.lanes.map((lane) => this.attempt(() => lane.fill())));
  }

  private lane(channel: ChannelName, priority: number): DeliveryLane<Delivery> {
    return new DeliveryLane(
      () =>
        this.channels.get(channel) ? this.queue.claim(channel, priority) : Promise.resolve(null),
      (row) => this.deliver(row),
    );
  }

  /** One attempt, and its result on disk. What fails in between is due again when the lease ends. */
  private async deliver(row: Delivery): Promise<void> {
    try {
      const outcome = await this.outcomeOf(row);
      if (outcome === null) return;
      const counts = await this.queue.settle(row, outcome);
      if (counts) this.metrics.attempted(row, resultOf(outcome));
    } catch (error) {
      this.log.warn(`What came of a message was not written: ${String(error)}`);
    }
  }

  /** @returns null where the lease ended before anything was sent. */
  private async outcomeOf(row: Delivery): Promise<Outcome | null> {
    if (row.expiresAt && row.expiresAt <= this.clock.now()) {
      return { move: 'drop', result: 'expired' };
    }
    let result: SendResult | 'nobody' | 'late';
    try {
      result = await this.send(row);
    } catch (error) {
      // Whatever it is, it must not stop the rows behind this one. The message may hold an address: it is for the log's readers alone.
      this.log.warn(`A message by ${row.channel} (${row.kind}) failed: ${String(error)}`);
      result = { status: 'retry', reason: 'error' };
    }
    if (result === 'late') return null;
    if (result === 'nobody') return { move: 'drop', result: 'nobody' };
    return this.judge(row, result);
  }

  private async send(row: Delivery): Promise<SendResult | 'nobody' | 'late'> {
    const channel = this.channels.get(row.channel);
    if (!channel) return { status: 'retry', reason: 'no_channel' };
    const composed = await this.composers.compose(row);
    if (!composed) return 'nobody';
    // A node that was paused until now: the row may be another's, which sends it.
    if (this.clock.now() >= row.dueAt) return 'late';
    const result = await Promise.race([
      channel.send({
        idempotencyKey: row._id.toHexString(),
        to: composed.to,
        content: composed.content,
        urgent: row.priority === URGENT,
        expiresAt: row.expiresAt,
      }),
      delay(ANSWER_WITHIN_MS, { status: 'retry', reason: 'timeout' } as const, { ref: false }),
    ]);
    if (result.status === 'gone') await channel.forget?.(composed.to);
    return result;
  }

  private judge(row: Delivery, result: SendResult): Outcome {
    switch (result.status) {
      case 'sent':
        return { move: 'deliver', result: 'sent' };
      case 'gone':
        return { move: 'drop', result: result.reason };
      case 'rejected':
        return { move: 'bury', result: result.reason };
      case 'retry': {
        if (row.attempts >= MOST_ATTEMPTS) return { move: 'bury', result: result.reason };
        const own = retryDelay(row.attempts, row.priority, Math.random());
        const asked = Math.min((result.afterSeconds ?? 0) * SECOND, LONGEST_WAIT_MS);
        const wait = Math.max(own, asked);
        return { again: later(this.clock.now(), wait), result: result.reason };
      }
    }
  }
}

function resultOf(outcome: Outcome): DeliveryResult {
  if ('again' in outcome) return 'failed';
  return ({ deliver: 'sent', drop: 'dropped', bury: 'dead' } as const)[outcome.move];
}
