import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { Counter, Gauge, Histogram } from 'prom-client';
import { MetricsRegistry } from '../../../common/metrics/metrics-registry';
import { sampled } from '../../../common/metrics/sampled';
import { Clock, SECOND } from '../../../common/time/clock';
import { CHANNELS } from '../channels/channel';
import { Delivery } from '../schemas/delivery.schema';

export const DELIVERY_RESULTS = ['sent', 'failed', 'dropped', 'dead'] as const;
export type DeliveryResult = (typeof DELIVERY_RESULTS)[number];

const LAG_BUCKETS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600];

/** How messages to the outside fare. Each attempt is counted on the node that made it; the gauges are the same on every node. */
@Injectable()
export class DeliveryMetrics {
  private readonly attempts: Counter<'channel' | 'result'>;
  private readonly lag: Histogram<'channel'>;

  constructor(
    private readonly registry: MetricsRegistry,
    @InjectModel(Delivery.name) private readonly deliveries: Model<Delivery>,
    private readonly clock: Clock,
  ) {
    this.attempts = new Counter({
      name: 'allynet_deliveries_total',
      help: 'Attempts to send, by what came of them: sent, failed (tried again), dropped (nobody to tell), dead.',
      labelNames: ['channel', 'result'],
      registers: [registry],
    });
    this.lag = new Histogram({
      name: 'allynet_delivery_lag_seconds',
      help: 'From the moment when a message was due to the provider having taken it over.',
      labelNames: ['channel'],
      buckets: LAG_BUCKETS,
      registers: [registry],
    });
    // A counter that appears with its first event hides that event from `increase`.
    for (const channel of CHANNELS) {
      this.lag.zero({ channel });
      for (const result of DELIVERY_RESULTS) this.attempts.inc({ channel, result }, 0);
    }
    this.gauge('allynet_deliveries_overdue', 'Messages that are due and not sent.', () =>
      this.deliveries.aggregate([
        {
          $match: {
            status: 'pending',
            channel: { $in: CHANNELS },
            dueAt: { $lte: this.clock.now() },
          },
        },
        { $group: { _id: '$channel', count: { $sum: 1 } } },
      ]),
    );
    this.gauge('allynet_deliveries_dead', 'Dead letters that wait for a moderator.', () =>
      this.deliveries.aggregate([
        { $match: { status: 'dead' } },
        { $group: { _id: '$channel', count: { $sum: 1 } } },
      ]),
    );
  }

  attempted({ channel, wantedAt }: Delivery, result: DeliveryResult): void {
    this.attempts.inc({ channel, result });
    if (result !== 'sent') return;
    const late = this.clock.now().getTime() - wantedAt.getTime();
    this.lag.observe({ channel }, Math.max(0, late) / SECOND);
  }

  private gauge(
    name: string,
    help: string,
    ask: () => Promise<{ _id: string; count: number }[]>,
  ): void {
    const answer = sampled(ask);
    this.registry.registerMetric(
      new Gauge({
        name,
        help,
        labelNames: ['channel'],
        registers: [],
        async collect() {
          const counts = await answer();
          this.reset();
          if (!counts) return;
          for (const channel of CHANNELS) {
            const found = counts.find(({ _id }) => _id === channel);
            this.set({ channel }, found?.count ?? 0);
          }
        },
      }),
    );
  }
}
