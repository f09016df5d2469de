import { type INestApplicationContext, Logger } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { MessageMappingProperties } from '@nestjs/websockets';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { lastValueFrom, type Observable } from 'rxjs';
import type { Server, ServerOptions, Socket } from 'socket.io';
import { RedisConnections } from '../../common/redis/redis-connections';
import { LiveSockets } from './live-sockets';

type ToObservable = (result: unknown) => Observable<unknown>;

/** Largest message in bytes: a chat line of 1,000 characters of any script, and its envelope. */
const MESSAGE_LIMIT_BYTES = 16 * 1024;

/** Of the stream and the channels in Redis. */
const NAME = 'allynet:sockets';

/** Socket.IO as AllyNet runs it; every connection goes through LiveSockets. */
export class SocketAdapter extends IoAdapter {
  private readonly messageLogger = new Logger(SocketAdapter.name);

  constructor(
    private readonly context: INestApplicationContext,
    private readonly origins: string[],
  ) {
    super(context);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const server: Server = super.createIOServer(port, {
      ...options,
      cors: { origin: this.origins.includes('*') ? true : this.origins, credentials: true },
      maxHttpBufferSize: MESSAGE_LIMIT_BYTES,
      // Small messages: compressing them costs more time and memory than it saves.
      perMessageDeflate: false,
      serveClient: false,
      ...this.clusterAdapter(),
    } as ServerOptions);
    this.context.get(LiveSockets).attach(server);
    return server;
  }

  /**
   * With Redis, Socket.IO can be asked about the sockets of all nodes at once (`fetchSockets`, `disconnectSockets`).
   * Live delivery does not go through it: every node hears of every event by itself, and emits with `local`.
   */
  private clusterAdapter(): Partial<ServerOptions> {
    // Commands wait for Redis to come back: the adapter asks again without a pause, so failing at once would spin.
    const redis = this.context.get(RedisConnections).connect({ maxRetriesPerRequest: null });
    if (!redis) return {};
    return { adapter: createAdapter(redis, { streamName: NAME, channelPrefix: NAME }) };
  }

  /**
   * One listener for each message and no more. Nest's own keeps a chain of observables for each message and connection, which
   * doubled what a connected helper takes of the memory (docs/performance.md).
   */
  override bindMessageHandlers(
    socket: Socket,
    handlers: MessageMappingProperties[],
    toObservable: ToObservable,
  ): void {
    for (const { message, callback } of handlers) {
      socket.on(String(message), (...args: unknown[]) => {
        this.answer(callback, args, toObservable).catch((error: unknown) =>
          this.messageLogger.error(error),
        );
      });
    }
  }

  /** Handlers throw nothing: their filter has answered by then, and there is no result. */
  private async answer(
    callback: MessageMappingProperties['callback'],
    args: unknown[],
    toObservable: ToObservable,
  ): Promise<void> {
    const { data, ack } = this.mapPayload(args.length > 1 ? args : args[0]);
    const result = await lastValueFrom(toObservable(callback(data, ack)), {
      defaultValue: undefined,
    });
    if (result !== undefined) ack?.(result);
  }
}
