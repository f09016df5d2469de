import { io, type Socket } from 'socket.io-client';
import { setTimeout as delay } from 'node:timers/promises';
import type { Envelope, ServerEvent, TimelineEvent } from '../../src/demo/client/contract';
import { Room } from './room';

const ANSWER_WITHIN_MS = 8000;
const SYNC_AGAIN_MS = 300;
/** docs/realtime.md: a client of a draining node connects again after a random moment below two seconds. */
const LEAVES_WITHIN_MS = 2000;

/** A message that was answered by nothing, or by a refusal. */
export class AskFailed extends Error {
  constructor(
    readonly code: string,
    readonly answered: boolean,
  ) {
    super(code);
  }
}

/** The phone of one person: connected for as long as it can be, it does what docs/realtime.md asks of clients. */
export class Device {
  readonly rooms = new Map<string, Room>();
  /** Ids of the alerts that reached it, by emergency. */
  readonly alerts = new Map<string, Set<string>>();
  connections = 0;
  draining = 0;
  private readonly socket: Socket;
  private readonly syncing = new Map<string, Promise<void>>();
  private closed = false;

  constructor(url: string, token: string) {
    this.socket = io(url, {
      auth: { token },
      transports: ['websocket'],
      forceNew: true,
      autoConnect: false,
      reconnectionDelay: 100,
      reconnectionDelayMax: 1000,
      timeout: 5000,
    });
    this.socket.on('connect', () => this.onConnect());
    this.socket.on('connect_error', () => this.comeBack());
    this.socket.on('disconnect', () => this.comeBack());
    this.socket.onAny((name: string, event: ServerEvent, acknowledge?: () => void) => {
      acknowledge?.();
      this.hear(name, event);
    });
  }

  get connected(): boolean {
    return this.socket.connected;
  }

  connect(): void {
    this.socket.connect();
  }

  close(): void {
    this.closed = true;
    this.socket.disconnect();
  }

  /** Holds the timeline of this emergency from now on. */
  follow(emergencyId: string): Room {
    const room = this.rooms.get(emergencyId) ?? new Room(emergencyId);
    this.rooms.set(emergencyId, room);
    void this.sync(room);
    return room;
  }

  /** How often this device was alerted to an emergency, by attempts that differ. */
  alertsOf(emergencyId: string): number {
    return this.alerts.get(emergencyId)?.size ?? 0;
  }

  /** @throws AskFailed */
  async ask<T>(message: string, payload: unknown): Promise<T> {
    if (!this.connected) throw new AskFailed('connection', false);
    let envelope: Envelope<T>;
    try {
      envelope = (await this.socket
        .timeout(ANSWER_WITHIN_MS)
        .emitWithAck(message, payload)) as Envelope<T>;
    } catch {
      throw new AskFailed(this.connected ? 'timeout' : 'connection', false);
    }
    if (!envelope.success) throw new AskFailed(envelope.error.code, true);
    return envelope.data;
  }

  /** Asks for what is missing until it has it, or is disconnected: then the next connection asks. */
  sync(room: Room): Promise<void> {
    const id = room.emergencyId;
    const running =
      this.syncing.get(id) ?? this.catchUp(room).finally(() => this.syncing.delete(id));
    this.syncing.set(id, running);
    return running;
  }

  private async catchUp(room: Room): Promise<void> {
    while (this.connected) {
      try {
        const { emergencyId, last: afterSeq } = room;
        const { events } = await this.ask<{ events: TimelineEvent[] }>('emergency.sync', {
          emergencyId,
          afterSeq,
        });
        for (const event of events) room.take(event.type, event);
        return;
      } catch (error) {
        const { code, answered } = error as AskFailed;
        if (answered && code !== 'UNAVAILABLE') {
          room.problems.push(`emergency.sync was refused: ${code}`);
          return;
        }
        await delay(SYNC_AGAIN_MS);
      }
    }
  }

  private onConnect(): void {
    this.connections += 1;
    for (const room of this.rooms.values()) if (!room.closed) void this.sync(room);
  }

  /** Socket.IO comes back by itself after a network failure, but not when the server closed or refused. */
  private comeBack(): void {
    if (this.closed || this.socket.active) return;
    setTimeout(() => !this.closed && this.socket.connect(), 100 + Math.random() * 900);
  }

  private hear(name: string, event: ServerEvent): void {
    if (name === 'server.draining') return this.goElsewhere();
    if (name === 'sync.required') {
      for (const room of this.rooms.values()) if (!room.closed) void this.sync(room);
      return;
    }
    if (event.kind !== 'emergency') return;
    if (name === 'emergency.created' && event.seq === null) {
      const known = this.alerts.get(event.subjectId) ?? new Set();
      this.alerts.set(event.subjectId, known.add(event.id));
      return;
    }
    const room = this.rooms.get(event.subjectId);
    if (room?.take(name, event)) void this.sync(room);
  }

  private goElsewhere(): void {
    this.draining += 1;
    setTimeout(() => {
      if (!this.closed) this.socket.disconnect().connect();
    }, Math.random() * LEAVES_WITHIN_MS);
  }
}
