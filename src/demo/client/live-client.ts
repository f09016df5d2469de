import { io, type Socket } from 'socket.io-client';
import type { Envelope, ServerEvent } from './contract';

const ANSWER_WITHIN_MS = 10_000;

/** An event that reached this device. */
export interface Heard<Data = unknown> {
  name: string;
  event: ServerEvent<Data>;
  /** `performance.now()` when it came. */
  at: number;
}

/** A device connected to the socket gateway, which acknowledges alerts and remembers all that it heard. */
export class LiveClient {
  /** By what the event is about. */
  private readonly heard = new Map<string, Heard[]>();
  private readonly listeners = new Set<(heard: Heard) => void>();
  private socket: Socket | undefined;

  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  get connected(): boolean {
    return this.socket?.connected ?? false;
  }

  /** @throws Error with the code of a refused handshake. */
  connect(): Promise<void> {
    const socket = io(this.url, {
      auth: { token: this.token },
      transports: ['websocket'],
      // When to come back is part of the story.
      reconnection: false,
      forceNew: true,
    });
    this.socket = socket;
    socket.onAny((name: string, event: ServerEvent, acknowledge?: () => void) => {
      const heard = { name, event, at: performance.now() };
      acknowledge?.();
      const before = this.heard.get(event.subjectId);
      if (before) before.push(heard);
      else this.heard.set(event.subjectId, [heard]);
      for (const listener of this.listeners) listener(heard);
    });
    return new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
  }

  /** The connection breaks without a good-bye of the application, as when a phone loses its network. */
  drop(): void {
    this.socket?.io.engine.close();
  }

  close(): void {
    this.socket?.disconnect();
  }

  /** Sends a message and gives the data of its acknowledgement. @throws Error with the code of a refusal. */
  async ask<T>(message: string, payload: unknown): Promise<T> {
    if (!this.socket) throw new Error('Not connected.');
    const envelope = (await this.socket
      .timeout(ANSWER_WITHIN_MS)
      .emitWithAck(message, payload)) as Envelope<T>;
    if (envelope.success) return envelope.data;
    throw new Error(`${message} was refused: ${envelope.error.code} ${envelope.error.message}`);
  }

  /** Calls back for each event from now on. @returns what ends that. */
  onHeard(listener: (heard: Heard) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What was heard of an emergency, in the order in which it came. */
  of(emergencyId: string, name?: string): Heard[] {
    const heard = this.heard.get(emergencyId) ?? [];
    return name === undefined ? [...heard] : heard.filter((one) => one.name === name);
  }
}
