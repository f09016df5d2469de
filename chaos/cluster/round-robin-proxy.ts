import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A load balancer as small as can be: hands each connection to the next backend in turn, or to the one after it where that
 * does not listen. It reads nothing of what goes through, so HTTP and WebSocket are the same to it.
 */
export class RoundRobinProxy {
  private readonly pairs = new Set<[Socket, Socket]>();
  private turn = 0;

  private constructor(
    private readonly server: Server,
    private readonly ports: readonly number[],
  ) {}

  /** Listens on a free loopback port. */
  static async start(ports: readonly number[]): Promise<RoundRobinProxy> {
    const server = createServer({ allowHalfOpen: true });
    const proxy = new RoundRobinProxy(server, ports);
    server.on('connection', (client) => proxy.assign(client));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Cuts every connection, as when a network goes away. @returns how many. */
  drop(): number {
    const cut = [...this.pairs];
    for (const [client, backend] of cut) {
      client.resetAndDestroy();
      backend.resetAndDestroy();
    }
    return cut.length;
  }

  async close(): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private assign(client: Socket): void {
    client.on('error', () => client.destroy());
    this.turn += 1;
    this.tryBackend(client, this.turn, this.ports.length);
  }

  private tryBackend(client: Socket, turn: number, left: number): void {
    if (left === 0) return void client.resetAndDestroy();
    const port = this.ports[turn % this.ports.length] ?? 0;
    const backend = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const next = (): void => this.tryBackend(client, turn + 1, left - 1);
    backend.once('error', next);
    backend.once('connect', () => {
      backend.off('error', next);
      this.join(client, backend);
    });
  }

  private join(client: Socket, backend: Socket): void {
    const pair: [Socket, Socket] = [client, backend];
    this.pairs.add(pair);
    const end = (): void => {
      this.pairs.delete(pair);
      client.destroy();
      backend.destroy();
    };
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', end);
    }
    client.pipe(backend);
    backend.pipe(client);
  }
}
