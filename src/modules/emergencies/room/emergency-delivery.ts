import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Types } from 'mongoose';
import { EventRelay, type EventListener } from '../../events/event-relay';
import type { EventRecord } from '../../events/schemas/event.schema';
import { type SocketEvent, socketEvent } from '../../events/socket-event';
import { type ClientSocket, LiveSockets, userRoom } from '../../sockets/live-sockets';
import { UsersService } from '../../users/users.service';
import { AlertReceipts } from '../alerts/alert-receipts';
import type { EmergencyDto } from '../dto/emergency.view.dto';
import { EmergencyQueries } from '../emergency.queries';
import { alertView } from '../emergency.view';
import type {
  EmergencyEventData,
  EmergencyEventType,
  ResponseData,
} from '../events/emergency-events';
import { eventData, peopleInEvent, publicReason } from '../events/event.view';
import { EmergencyMetrics } from '../metrics/emergency-metrics';
import { ChatService } from './chat.service';

/** How many unanswered alerts a helper is reminded of on connecting. */
const RESEND_LIMIT = 50;

const ROOM_PREFIX = 'emergency:';
export const emergencyRoom = (id: Types.ObjectId | string): string => `${ROOM_PREFIX}${String(id)}`;

/** Brings the committed events of emergencies to the sockets of this node. Reads, never writes, but for receipts. */
@Injectable()
export class EmergencyDelivery implements EventListener, OnModuleInit {
  private readonly logger = new Logger(EmergencyDelivery.name);

  constructor(
    private readonly relay: EventRelay,
    private readonly sockets: LiveSockets,
    private readonly receipts: AlertReceipts,
    private readonly queries: EmergencyQueries,
    private readonly chat: ChatService,
    private readonly users: UsersService,
    private readonly metrics: EmergencyMetrics,
  ) {}

  onModuleInit(): void {
    this.relay.register('emergency', this);
  }

  async onEvent(event: EventRecord): Promise<void> {
    const room = emergencyRoom(event.subject);
    switch (event.type as EmergencyEventType) {
      case 'emergency.created':
        return this.created(event, room);
      case 'emergency.alerted':
        return this.alerted(event);
      case 'message.created':
        return this.message(event, room);
      case 'alert.withdrawn':
        for (const user of event.audience.users) this.sockets.leave(user, room);
        return this.withdrawn(event);
      case 'helper.joined':
        this.sockets.join((event.data as unknown as ResponseData).helper, room);
        return this.timeline(event, room);
      case 'helper.left':
        await this.timeline(event, room);
        return this.sockets.leave((event.data as unknown as ResponseData).helper, room);
      case 'emergency.resolved':
      case 'emergency.cancelled':
      case 'emergency.expired':
        await this.timeline(event, room);
        return this.sockets.empty(room);
      case 'helper.status_changed':
      case 'emergency.status_changed':
        return this.timeline(event, room);
      case 'helper.confirmed':
        return this.confirmed(event);
    }
  }

  /**
   * Events may have been missed, departures among them: whoever left must not stay in the room. Then clients fetch what
   * they lack, and alerts are sent once more.
   */
  async onGap(): Promise<void> {
    const sockets = this.sockets.all();
    for (const socket of sockets) await this.leaveIfGone(socket);
    this.sockets.notify('sync.required');
    for (const socket of sockets) await this.welcome(socket);
  }

  /** Joins a new socket to the rooms of its user's live emergencies, and sends what its user has not answered. */
  async welcome(socket: ClientSocket): Promise<void> {
    try {
      const { actor } = socket.data;
      for (const id of await this.queries.liveEmergenciesOf(actor)) {
        await this.joinIfStill(socket, id);
      }
      await this.resendAlerts(socket);
    } catch (error) {
      // The client must not believe that it is up to date: closed, it connects again.
      this.logger.warn(`A connection could not be welcomed: ${String(error)}`);
      socket.disconnect(true);
    }
  }

  private async resendAlerts(socket: ClientSocket): Promise<void> {
    const pending = await this.queries.unansweredAlerts(socket.data.actor.id, RESEND_LIMIT);
    for (const { alert, emergency } of pending) {
      this.sendAlert(
        socket,
        // The alert's id stands for the event: sent again it is recognised as the same.
        this.alertEvent(alert._id, alert.attempt, emergency.id, alert.queuedAt, emergency),
        alert._id,
        alert.attempt,
        alert.queuedAt,
      );
    }
  }

  /** Between two events of the emergency, so that a helper who is leaving cannot slip back in. */
  async joinIfStill(socket: ClientSocket, id: Types.ObjectId): Promise<void> {
    const room = emergencyRoom(id);
    if (socket.rooms.has(room)) return;
    await this.relay.inOrder('emergency', id, async () => {
      if (await this.queries.isParticipant(socket.data.actor, id)) await socket.join(room);
    });
  }

  private async leaveIfGone(socket: ClientSocket): Promise<void> {
    try {
      for (const room of socket.rooms) {
        if (!room.startsWith(ROOM_PREFIX)) continue;
        const id = new Types.ObjectId(room.slice(ROOM_PREFIX.length));
        await this.relay.inOrder('emergency', id, async () => {
          if (!(await this.queries.isParticipant(socket.data.actor, id))) await socket.leave(room);
        });
      }
    } catch (error) {
      // Rather no connection than one that hears what it must not.
      this.logger.warn(`Rooms could not be checked after a gap: ${String(error)}`);
      socket.disconnect(true);
    }
  }

  private async created(event: EventRecord, room: string): Promise<void> {
    const requester = event.actor.id;
    if (!requester || !this.sockets.hasMembers(userRoom(requester))) return;
    this.sockets.join(requester, room);
    const emergency = await this.queries.viewForRequester(event.subject);
    if (emergency) {
      this.sockets.emit([userRoom(requester)], event.type, socketEvent(event, emergency));
    }
  }

  private async alerted(event: EventRecord): Promise<void> {
    const wave = event.data as unknown as EmergencyEventData['emergency.alerted'];
    const id = event.subject.toHexString();
    for (const { alert, helper, attempt, distanceMeters } of wave.alerts) {
      const local = this.sockets.of(helper);
      if (local.length === 0) continue;
      const view = alertView(id, wave, distanceMeters, event.at);
      const payload = this.alertEvent(alert, attempt, id, event.at, view);
      for (const socket of local) this.sendAlert(socket, payload, alert, attempt, event.at);
      if (wave.wave === 1) this.metrics.alertSent(wave.createdAt);
    }
  }

  private alertEvent(
    alert: Types.ObjectId,
    attempt: number,
    emergencyId: string,
    at: Date,
    data: EmergencyDto,
  ): SocketEvent {
    return {
      id: `${alert.toHexString()}.${attempt}`,
      kind: 'emergency',
      subjectId: emergencyId,
      seq: null,
      at: at.toISOString(),
      data,
    };
  }

  /** One that is never acknowledged stays `sent`, and is sent again on the next connection. */
  private sendAlert(
    socket: ClientSocket,
    payload: SocketEvent,
    alert: Types.ObjectId,
    attempt: number,
    queuedAt: Date,
  ): void {
    this.receipts.sent(alert, attempt);
    socket.emit('emergency.created', payload, () =>
      this.receipts.delivered(alert, attempt, queuedAt),
    );
  }

  private async message(event: EventRecord, room: string): Promise<void> {
    if (!this.sockets.hasMembers(room)) return;
    const { messageId } = event.data as EmergencyEventData['message.created'];
    const message = await this.chat.view(messageId, event.subject);
    if (message) this.sockets.emit([room], event.type, socketEvent(event, message));
  }

  private async timeline(event: EventRecord, room: string): Promise<void> {
    const rooms = [room, ...event.audience.users.map(userRoom)].filter((name) =>
      this.sockets.hasMembers(name),
    );
    if (rooms.length === 0) return;
    const people = await this.users.publicNames(peopleInEvent(event));
    this.sockets.emit(rooms, event.type, socketEvent(event, eventData(event, people)));
  }

  /** To the two people it is about, as the room is empty after the end. */
  private async confirmed(event: EventRecord): Promise<void> {
    const rooms = event.audience.users.map(userRoom);
    if (!rooms.some((name) => this.sockets.hasMembers(name))) return;
    const people = await this.users.publicNames(peopleInEvent(event));
    this.sockets.emit(rooms, event.type, socketEvent(event, eventData(event, people)));
  }

  private withdrawn(event: EventRecord): void {
    const { reason } = event.data as EmergencyEventData['alert.withdrawn'];
    const rooms = event.audience.users.map(userRoom);
    this.sockets.emit(rooms, event.type, socketEvent(event, { reason: publicReason(reason) }));
  }
}
