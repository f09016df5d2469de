import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server, ServerResponse } from 'node:http';

const LOOK_EVERY_MS = 50;
/** Longer than any request of ours takes (a transaction is given up after 5 s), shorter than an orchestrator waits. */
const DRAIN_LIMIT_MS = 6000;

/**
 * Lets the HTTP server end: what is in flight is answered, on connections that close behind it. Node closes idle
 * connections once, when the server is told to close; one that was answering at that moment would stay open for as long
 * as its client likes, and the shutdown with it.
 */
@Injectable()
export class HttpDrain implements BeforeApplicationShutdown, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private limit: NodeJS.Timeout | undefined;

  constructor(private readonly host: HttpAdapterHost) {}

  beforeApplicationShutdown(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    server.prependListener('request', (_, response: ServerResponse) => {
      response.setHeader('Connection', 'close');
    });
    this.timer = setInterval(() => server.closeIdleConnections(), LOOK_EVERY_MS);
    this.timer.unref();
    // Whoever has not sent their request by now holds up everybody else's restart.
    this.limit = setTimeout(() => server.closeAllConnections(), DRAIN_LIMIT_MS);
    this.limit.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    clearTimeout(this.limit);
  }
}
