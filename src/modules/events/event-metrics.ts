import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import { MetricsRegistry } from '../../common/metrics/metrics-registry';
import { SECOND } from '../../common/time/clock';

const LAG_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** How far this node is behind the database. Commit times are the database's clock, all others this node's. */
@Injectable()
export class EventMetrics {
  private readonly streamLag: Histogram;
  private readonly relayLag: Histogram;
  private readonly reopened: Counter;
  private readonly gaps: Counter;

  constructor(private readonly registry: MetricsRegistry) {
    const registers = [registry];
    this.streamLag = new Histogram({
      name: 'allynet_change_stream_lag_seconds',
      help: 'From the commit of a change to its arrival on this node.',
      buckets: LAG_BUCKETS,
      registers,
    });
    this.relayLag = new Histogram({
      name: 'allynet_relay_lag_seconds',
      help: "From the commit of an event until this node has told its own sockets, the event's turn included.",
      buckets: LAG_BUCKETS,
      registers,
    });
    this.reopened = new Counter({
      name: 'allynet_change_stream_reopened_total',
      help: 'How often the change stream failed in a way that the driver could not mend.',
      registers,
    });
    this.gaps = new Counter({
      name: 'allynet_change_stream_gaps_total',
      help: 'How often history was lost: clients were told to sync.',
      registers,
    });
  }

  /** @param silence milliseconds since the stream was last heard of; asked at each scrape. */
  watch(silence: () => number): void {
    this.registry.registerMetric(
      new Gauge({
        name: 'allynet_change_stream_silence_seconds',
        help: 'Since the change stream was last heard of; an idle one speaks every 0.4 s.',
        registers: [],
        collect() {
          this.set(silence() / SECOND);
        },
      }),
    );
  }

  seen(committedAt: Date | undefined): void {
    observeSince(this.streamLag, committedAt);
  }

  relayed(committedAt: Date | undefined): void {
    observeSince(this.relayLag, committedAt);
  }

  /** @param gap whether changes may have been missed. */
  streamReopened(gap: boolean): void {
    this.reopened.inc();
    if (gap) this.gaps.inc();
  }
}

function observeSince(histogram: Histogram, committedAt: Date | undefined): void {
  // Two clocks: what came before its commit came at once.
  if (committedAt) histogram.observe(Math.max(0, Date.now() - committedAt.getTime()) / SECOND);
}
