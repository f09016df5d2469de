import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { Gauge } from 'prom-client';
import { MetricsRegistry } from '../../../common/metrics/metrics-registry';
import { sampled } from '../../../common/metrics/sampled';
import { Clock, later, SECOND } from '../../../common/time/clock';
import { LIVE_STATUSES } from '../emergency.transitions';
import { Emergency } from '../schemas/emergency.schema';
import type { DueWork } from './emergency-metrics';

/** An SOS that nobody was told of by then is somebody left alone. */
const ALERTED_WITHIN_MS = 10 * SECOND;

/** A wave to members is due from the start, and run when the SOS has been answered. */
const MEMBERS_WAIT_MS = SECOND;

/** A live emergency always has an expiry: names the index that holds the live ones alone. */
const LIVE = { live: true, expiresAt: { $gt: new Date(0) } };

/** Why nobody was told yet, in the order of what has to happen. */
const WAITING_FOR = ['place', 'helpers', 'device'] as const;

type Counts = Record<string, number>;

/**
 * How the live emergencies stand, asked of the database when somebody scrapes. Every node gives the same answer: take the
 * maximum over nodes, not the sum.
 */
@Injectable()
export class EmergencyGauges {
  constructor(
    private readonly registry: MetricsRegistry,
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly clock: Clock,
  ) {
    this.gauge('allynet_emergencies_live', 'Live emergencies.', 'status', () => this.live());
    this.gauge(
      'allynet_dispatch_backlog',
      'Live emergencies with work that is due and not done.',
      'work',
      () => this.overdue(),
    );
    this.gauge(
      'allynet_sos_unalerted',
      'Active emergencies older than 10 s of which no device was told, by what they wait for: a place to search ' +
        'around, helpers within reach, or a device of a helper who was found.',
      'waiting_for',
      () => this.unalerted(),
    );
  }

  private async live(): Promise<Counts> {
    const groups = await this.emergencies.aggregate<{ _id: string; count: number }>([
      { $match: LIVE },
      { $group: { _id: '$status', count: { $sum: 1 } } },
    ]);
    return counted(LIVE_STATUSES, groups);
  }

  private async overdue(): Promise<Record<DueWork, number>> {
    const now = this.clock.now();
    const due = { $lte: now };
    return {
      wave: await this.emergencies.countDocuments({ live: true, 'dispatch.nextAt': due }),
      members: await this.emergencies.countDocuments({
        live: true,
        'dispatch.members.dueAt': { $lte: later(now, -MEMBERS_WAIT_MS) },
      }),
      expiry: await this.emergencies.countDocuments({ live: true, expiresAt: due }),
      completion: await this.emergencies.countDocuments({ live: true, completionDueAt: due }),
    };
  }

  private async unalerted(): Promise<Counts> {
    const groups = await this.emergencies.aggregate<{ _id: string; count: number }>([
      {
        $match: {
          ...LIVE,
          status: 'active',
          createdAt: { $lte: later(this.clock.now(), -ALERTED_WITHIN_MS) },
        },
      },
      {
        $lookup: {
          from: 'alerts',
          localField: '_id',
          foreignField: 'emergency',
          pipeline: [
            { $match: { sentAt: { $ne: null } } },
            { $limit: 1 },
            { $project: { _id: 1 } },
          ],
          as: 'told',
        },
      },
      { $match: { told: [] } },
      {
        $group: {
          _id: {
            $cond: [
              { $eq: ['$location', null] },
              'place',
              { $cond: [{ $eq: ['$dispatch.wave', 0] }, 'helpers', 'device'] },
            ],
          },
          count: { $sum: 1 },
        },
      },
    ]);
    return counted(WAITING_FOR, groups);
  }

  private gauge(name: string, help: string, label: string, ask: () => Promise<Counts>): void {
    const sample = sampled(ask);
    this.registry.registerMetric(
      new Gauge({
        name,
        help,
        labelNames: [label],
        registers: [],
        async collect() {
          const counts = await sample();
          // An old number would look like a good one.
          this.reset();
          for (const [value, count] of Object.entries(counts ?? {})) {
            this.set({ [label]: value }, count);
          }
        },
      }),
    );
  }
}

/** Zero is a number too: every value of the label is there. */
function counted(values: readonly string[], groups: { _id: string; count: number }[]): Counts {
  return {
    ...Object.fromEntries(values.map((value) => [value, 0])),
    ...Object.fromEntries(groups.map(({ _id, count }) => [_id, count])),
  };
}
