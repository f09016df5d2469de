import { io, type Socket } from 'socket.io-client';
import type { Json, TestActor } from './actors';
import { inspectPayload, plantSent } from './canaries/process-tap';

export interface ReceivedEvent {
  name: string;
  id: string;
  kind: string;
  subjectId: string;
  seq: number | null;
  at: string;
  data: Json;
}

export interface Acknowledgement<T = Json> {
  success: boolean;
  data: T;
  error?: { code: string; message: string; details?: unknown };
}

const open = new Set<TestSocket>();

/** A client on the socket gateway that remembers everything it was sent. */
export class TestSocket {
  readonly events: ReceivedEvent[] = [];
  private readonly waiting = new Set<() => void>();

  private constructor(
    readonly socket: Socket,
    private readonly actor: Pick<TestActor, 'server' | 'token'>,
    private readonly acknowledges: boolean,
  ) {
    socket.onAny((name: string, payload: Omit<ReceivedEvent, 'name'>, acknowledge?: unknown) => {
      inspectPayload(actor.server.url, actor.token, name, payload);
      this.events.push({ ...payload, name });
      if (this.acknowledges && typeof acknowledge === 'function') acknowledge('ok');
      for (const look of this.waiting) look();
    });
  }

  /** Connects as `actor` to the server the actor talks to; fails with the code of `connect_error`. */
  static async connect(
    actor: TestActor,
    { acknowledges = true }: { acknowledges?: boolean } = {},
  ): Promise<TestSocket> {
    const socket = io(actor.server.url, {
      auth: { token: actor.token },
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    });
    const connected = new TestSocket(
      socket,
      { server: actor.server, token: actor.token },
      acknowledges,
    );
    open.add(connected);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', (error: Error & { data?: { code?: string } }) => {
        reject(new Error(error.data?.code ?? error.message));
      });
    });
    return connected;
  }

  /** Sends a message and resolves with its acknowledgement. */
  async ask<T = Json>(message: string, payload?: unknown): Promise<Acknowledgement<T>> {
    const { server, token } = this.actor;
    plantSent(server.url, payload, token);
    const answer: unknown = await this.socket.timeout(5000).emitWithAck(message, payload);
    inspectPayload(server.url, token, message, answer);
    return answer as Acknowledgement<T>;
  }

  /** The first event of that name that fits, received already or within five seconds. */
  async event(
    name: string,
    fits: (event: ReceivedEvent) => boolean = () => true,
  ): Promise<ReceivedEvent> {
    const find = () => this.events.find((event) => event.name === name && fits(event));
    const found = await this.until(find);
    if (found) return found;
    const seen = this.events.map((event) => `${event.name}#${event.seq}`).join(', ');
    throw new Error(`No fitting "${name}" came within five seconds. Came: ${seen}`);
  }

  /** Resolves when the server has closed the connection. */
  async closed(): Promise<void> {
    if (!this.socket.connected) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('The socket is still open.')), 5000);
      this.socket.once('disconnect', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  of(name: string): ReceivedEvent[] {
    return this.events.filter((event) => event.name === name);
  }

  /** Everything received, as text, for asserting that something appears nowhere in it. */
  text(): string {
    return JSON.stringify(this.events);
  }

  close(): void {
    this.socket.disconnect();
    open.delete(this);
  }

  private async until<T>(find: () => T | undefined): Promise<T | undefined> {
    const now = find();
    if (now !== undefined) return now;
    return new Promise<T | undefined>((resolve) => {
      const finish = (value: T | undefined): void => {
        clearTimeout(timer);
        this.waiting.delete(look);
        resolve(value);
      };
      const look = (): void => {
        const value = find();
        if (value !== undefined) finish(value);
      };
      const timer = setTimeout(() => finish(undefined), 5000);
      this.waiting.add(look);
    });
  }
}

/** To be called in `afterEach`: a socket that a failed test left open would keep Jest alive. */
export function closeSockets(): void {
  for (const socket of open) socket.close();
}
