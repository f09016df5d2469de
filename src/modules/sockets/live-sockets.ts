import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnModuleInit,
} from '@nestjs/common';
import { Types } from 'mongoose';
import type { Server, Socket } from 'socket.io';
import { type Actor, isStaff } from '../../common/auth/actor';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { toDomainError } from '../../common/errors/to-domain-error';
import { failure } from '../../common/http/envelope';
import { AccessRegistry, type Revoked } from '../auth/access-registry';
import { AccessService } from '../auth/access.service';
import { SocketRates, tooManyMessages } from './socket-rates';
import { ChangeFeed } from '../events/change-feed';

export interface SocketData {
  actor: Actor;
  /** Settles when the socket is in the rooms of its user, and what is pending was sent. */
  welcomed?: Promise<void>;
}

export type ClientSocket = Socket<
  Record<string, never>,
  Record<string, (...args: unknown[]) => void>,
  Record<string, never>,
  SocketData
>;

export const userRoom = (id: Types.ObjectId | string): string => `user:${String(id)}`;
const sessionRoom = (id: Types.ObjectId | string): string => `session:${String(id)}`;

/**
 * The sockets that are connected to this node: lets them in, closes them when their session ends, and emits to them.
 * Everything here is local. Each node hears of each event by itself, so what went through an adapter to other nodes
 * would arrive there twice.
 */
@Injectable()
export class LiveSockets implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(LiveSockets.name);
  private server: Server | undefined;

  constructor(
    private readonly access: AccessService,
    private readonly registry: AccessRegistry,
    private readonly feed: ChangeFeed,
    private readonly rates: SocketRates,
  ) {}

  onModuleInit(): void {
    this.registry.onRevoked((revoked) => this.close(revoked));
    this.registry.onRoleChanged((user, role) => {
      for (const { data } of this.of(user)) data.actor = { ...data.actor, role };
    });
    // A role may have been taken away unheard: who acts with one connects again.
    this.feed.onGap(() => this.disconnectStaff());
  }

  /** Takes charge of a Socket.IO server, before it takes its first connection. */
  attach(server: Server): void {
    this.server = server;
    server.use((socket, next) => {
      this.letIn(socket as ClientSocket).then(
        () => next(),
        (error: unknown) => next(refusal(error)),
      );
    });
    server.on('connection', (socket: ClientSocket) => {
      const { actor } = socket.data;
      // Nobody asks for the request of the handshake any more; each connection would keep its own for as long as it lives.
      Reflect.set(socket.conn, 'request', null);
      void socket.join([userRoom(actor.id), sessionRoom(actor.sessionId)]);
      this.answerUnknownMessages(socket);
      // Whoever was shut out between the handshake and the join would not have been found by `close`.
      this.access.authenticate(handshakeToken(socket)).catch(() => socket.disconnect(true));
    });
  }

  /** Tells everybody on this node to connect elsewhere; the server closes the connections a moment later. */
  beforeApplicationShutdown(): void {
    this.notify('server.draining');
  }

  /** Emits once to each local socket in any of these rooms. */
  emit(rooms: string[], event: string, payload: unknown): void {
    if (rooms.length > 0) this.server?.local.to(rooms).emit(event, payload);
  }

  /** Tells every local socket something about the connection itself. */
  notify(event: 'server.draining' | 'sync.required'): void {
    this.server?.local.emit(event, {
      id: new Types.ObjectId().toHexString(),
      kind: 'server',
      subjectId: null,
      seq: null,
      at: new Date().toISOString(),
      data: {},
    });
  }

  hasMembers(room: string): boolean {
    return this.server?.sockets.adapter.rooms.has(room) ?? false;
  }

  /** The local sockets of a user. */
  of(user: Types.ObjectId): ClientSocket[] {
    const ids = this.server?.sockets.adapter.rooms.get(userRoom(user)) ?? [];
    return [...ids].flatMap((id) => {
      const socket = this.server?.sockets.sockets.get(id);
      return socket ? [socket as ClientSocket] : [];
    });
  }

  /** How many sockets are connected to this node. */
  get count(): number {
    return this.server?.sockets.sockets.size ?? 0;
  }

  /** Every local socket. */
  all(): ClientSocket[] {
    return [...(this.server?.sockets.sockets.values() ?? [])] as ClientSocket[];
  }

  join(user: Types.ObjectId, room: string): void {
    this.server?.local.in(userRoom(user)).socketsJoin(room);
  }

  leave(user: Types.ObjectId, room: string): void {
    this.server?.local.in(userRoom(user)).socketsLeave(room);
  }

  empty(room: string): void {
    this.server?.local.in(room).socketsLeave(room);
  }

  private async letIn(socket: ClientSocket): Promise<void> {
    socket.data.actor = await this.access.authenticate(handshakeToken(socket));
  }

  private disconnectStaff(): void {
    for (const socket of this.all()) if (isStaff(socket.data.actor)) socket.disconnect(true);
  }

  /** Known messages are answered by their gateway; the others must not meet silence, nor be free of limits. */
  private answerUnknownMessages(socket: ClientSocket): void {
    socket.onAny((name: string, ...args: unknown[]) => {
      // Socket.IO listens to `error` itself, and does nothing about it.
      if (name !== 'error' && socket.listenerCount(name) > 0) return;
      const allowed = this.rates.allow(socket.data.actor.id.toHexString(), name);
      const answer = failure(allowed ? notFound('A message of this name') : tooManyMessages());
      const acknowledge = args.at(-1);
      if (typeof acknowledge === 'function') acknowledge(answer);
      else socket.emit('exception', answer);
    });
  }

  private close({ sessionId, userId }: Revoked): void {
    const rooms = [
      ...(sessionId ? [sessionRoom(sessionId)] : []),
      ...(userId ? [userRoom(userId)] : []),
    ];
    if (rooms.length === 0) return;
    this.logger.debug(`Closing the sockets of ${rooms.join(', ')}`);
    this.server?.local.in(rooms).disconnectSockets(true);
  }
}

function handshakeToken(socket: ClientSocket): string {
  const { token } = socket.handshake.auth as { token?: unknown };
  if (typeof token === 'string') return token;
  throw new DomainError('UNAUTHENTICATED', 'Connect with auth: {token}, an access token.');
}

/** Socket.IO hands `data` of an error to the client's `connect_error`. */
function refusal(thrown: unknown): Error {
  const error = toDomainError(thrown);
  return Object.assign(new Error(error.message), { data: failure(error).error });
}
