import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server, ServerResponse } from 'node:http';

const LOOK_EVERY_MS = 50;

/**
 * Lets the HTTP server end: what is in flight is answered, on connections that close behind it. Node closes idle
 * connections once, when the server is told to close; one that was answering at that moment would stay open for as long
 * as its client likes, and the shutdown with it.
 */
@Injectable()
export class HttpDrain implements BeforeApplicationShutdown, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly host: HttpAdapterHost) {}

  beforeApplicationShutdown(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    server.prependListener('request', (_, response: ServerResponse) => {
      response.setHeader('Connection', 'close');
    });
    this.timer = setInterval(() => server.closeIdleConnections(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }
}
