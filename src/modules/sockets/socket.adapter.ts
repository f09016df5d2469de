import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';
import { LiveSockets } from './live-sockets';

/** Largest message in bytes: a chat line of 1,000 characters of any script, and its envelope. */
const MESSAGE_LIMIT_BYTES = 16 * 1024;

/** Socket.IO as AllyNet runs it; every connection goes through LiveSockets. */
export class SocketAdapter extends IoAdapter {
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
    } as ServerOptions);
    this.context.get(LiveSockets).attach(server);
    return server;
  }
}
