import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Histogram } from 'prom-client';
import { MetricsRegistry } from '../metrics/metrics-registry';
import { SECOND } from '../time/clock';

/** What was asked for under no route of ours. Its path is a stranger's to choose, and would be a series each. */
const NO_ROUTE = 'none';

/** How long HTTP requests take, by the pattern of their route and by status. */
@Injectable()
export class HttpMetrics {
  private readonly duration: Histogram<'method' | 'route' | 'status'>;

  constructor(registry: MetricsRegistry) {
    this.duration = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'From the head of a request to the end of its answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers: [registry],
    });
  }

  /** Called when an answer has gone out. */
  observe(request: FastifyRequest, reply: FastifyReply): void {
    const route = request.routeOptions.url;
    this.duration.observe(
      {
        method: route === undefined ? NO_ROUTE : request.method,
        route: route ?? NO_ROUTE,
        status: reply.statusCode,
      },
      reply.elapsedTime / SECOND,
    );
  }
}
