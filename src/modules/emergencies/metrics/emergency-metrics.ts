import { Injectable } from '@nestjs/common';
import { Counter, Histogram } from 'prom-client';
import { MetricsRegistry } from '../../../common/metrics/metrics-registry';
import { Clock, SECOND } from '../../../common/time/clock';
import { EMERGENCY_TYPES, type EmergencyType } from '../schemas/emergency.schema';

/** What machines do. */
const FAST = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** What people do: from a glance at the phone to a walk through the quarter. */
const HUMAN = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600];

const DUE_WORK = ['wave', 'members', 'expiry', 'completion'] as const;
export type DueWork = (typeof DUE_WORK)[number];

/**
 * The course of an SOS in numbers. Each fact is counted on one node alone, the one that wrote it or told a device of it,
 * so the sum over all nodes is the truth.
 */
@Injectable()
export class EmergencyMetrics {
  private readonly raisedTotal: Counter<'type'>;
  private readonly timeToAlert: Histogram;
  private readonly delivered: Histogram;
  private readonly seen: Histogram;
  private readonly firstAccept: Histogram;
  private readonly firstArrival: Histogram;
  private readonly sweeperLag: Histogram<'work'>;

  constructor(
    private readonly registry: MetricsRegistry,
    private readonly clock: Clock,
  ) {
    this.raisedTotal = new Counter({
      name: 'allynet_sos_raised_total',
      help: 'Emergencies raised; a repeated request counts once.',
      labelNames: ['type'],
      registers: [registry],
    });
    // A counter that appears with its first event hides that event from `increase`.
    for (const type of EMERGENCY_TYPES) this.raisedTotal.inc({ type }, 0);
    this.timeToAlert = this.histogram(
      'allynet_time_to_alert_seconds',
      'From the SOS to an alert of its first wave leaving for a device, for each helper told.',
      FAST,
    );
    this.delivered = this.histogram(
      'allynet_alert_delivered_seconds',
      'From an alert being queued to the first device that acknowledged it.',
      FAST,
    );
    this.seen = this.histogram(
      'allynet_alert_seen_seconds',
      'From an alert being queued to its helper looking at it.',
      HUMAN,
    );
    this.firstAccept = this.histogram(
      'allynet_first_accept_seconds',
      'From the SOS to the first helper who accepts.',
      HUMAN,
    );
    this.firstArrival = this.histogram(
      'allynet_first_arrival_seconds',
      'From the SOS to the first helper who says that they are there.',
      HUMAN,
    );
    this.sweeperLag = new Histogram({
      name: 'allynet_sweeper_lag_seconds',
      help: 'How long work was overdue when a sweeper took it up.',
      labelNames: ['work'],
      buckets: FAST,
      registers: [registry],
    });
    for (const work of DUE_WORK) this.sweeperLag.zero({ work });
  }

  raised(type: EmergencyType): void {
    this.raisedTotal.inc({ type });
  }

  alertSent(raisedAt: Date): void {
    this.since(raisedAt, this.timeToAlert);
  }

  alertDelivered(queuedAt: Date, deliveredAt: Date): void {
    this.delivered.observe(seconds(queuedAt, deliveredAt));
  }

  alertSeen(queuedAt: Date): void {
    this.since(queuedAt, this.seen);
  }

  accepted(raisedAt: Date): void {
    this.since(raisedAt, this.firstAccept);
  }

  arrived(raisedAt: Date): void {
    this.since(raisedAt, this.firstArrival);
  }

  swept(work: DueWork, dueAt: Date): void {
    this.sweeperLag.observe({ work }, seconds(dueAt, this.clock.now()));
  }

  private since(start: Date, histogram: Histogram): void {
    histogram.observe(seconds(start, this.clock.now()));
  }

  private histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name, help, buckets, registers: [this.registry] });
  }
}

/** Nodes have clocks of their own: what seems to have been done before it began took no time. */
function seconds(from: Date, to: Date): number {
  return Math.max(0, to.getTime() - from.getTime()) / SECOND;
}
