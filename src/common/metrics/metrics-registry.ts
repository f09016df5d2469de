import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';

/** Where every metric of this application registers itself: one registry an application, not one a process. */
@Injectable()
export class MetricsRegistry extends Registry {
  constructor() {
    super();
    // Event-loop delay, memory, CPU, garbage collection, open handles.
    collectDefaultMetrics({ register: this });
  }
}
