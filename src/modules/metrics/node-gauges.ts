import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { DatabaseReadiness } from '../../common/database/database-readiness';
import { MetricsRegistry } from '../../common/metrics/metrics-registry';
import { sampled } from '../../common/metrics/sampled';
import { ChangeFeed } from '../events/change-feed';
import { LiveSockets } from '../sockets/live-sockets';

/** How this node is at the moment of a scrape. */
@Injectable()
export class NodeGauges {
  constructor(
    registry: MetricsRegistry,
    sockets: LiveSockets,
    database: DatabaseReadiness,
    feed: ChangeFeed,
  ) {
    registry.registerMetric(
      new Gauge({
        name: 'allynet_sockets_connected',
        help: 'Sockets connected to this node.',
        registers: [],
        collect() {
          this.set(sockets.count);
        },
      }),
    );
    const databaseReady = sampled(() => database.isReady());
    registry.registerMetric(
      new Gauge({
        name: 'allynet_ready',
        help: '1 when this node can take traffic, as /health/ready says; else 0.',
        registers: [],
        async collect() {
          this.set((await databaseReady()) === true && feed.isFresh() ? 1 : 0);
        },
      }),
    );
  }
}
