import { UseFilters, UseGuards } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { notFound } from '../../common/errors/domain-error';
import { PlaceDto } from '../../common/geo/place.dto';
import type { ClientSocket } from '../sockets/live-sockets';
import { SocketAccessGuard } from '../sockets/socket-access.guard';
import { SocketExceptionFilter } from '../sockets/socket-exception.filter';
import { SocketRateGuard } from '../sockets/socket-rate.guard';
import type { LocationView } from '../users/dto/location.view';
import { UsersService } from '../users/users.service';
import { AlertReceipts } from './alerts/alert-receipts';
import type { EmergencyDto } from './dto/emergency.view.dto';
import type { MessageDto } from './dto/message.dto';
import {
  ChatMessage,
  EmergencyRefMessage,
  JoinMessage,
  SyncMessage,
} from './dto/socket-messages.dto';
import type { TimelineEventDto } from './dto/timeline-event.dto';
import { EmergencyAccess } from './emergency.access';
import { EmergencyQueries } from './emergency.queries';
import { EmergencyTimeline } from './emergency.timeline';
import { ChatService } from './room/chat.service';
import { EmergencyDelivery, emergencyRoom } from './room/emergency-delivery';

/** The socket door of emergencies: takes messages and hands them on; it decides nothing. */
@WebSocketGateway()
@UseFilters(SocketExceptionFilter)
@UseGuards(SocketRateGuard, SocketAccessGuard)
export class EmergencyGateway implements OnGatewayConnection<ClientSocket> {
  constructor(
    private readonly access: EmergencyAccess,
    private readonly queries: EmergencyQueries,
    private readonly timeline: EmergencyTimeline,
    private readonly chat: ChatService,
    private readonly receipts: AlertReceipts,
    private readonly users: UsersService,
    private readonly delivery: EmergencyDelivery,
  ) {}

  /** The socket is in its user's room by now, so an alert is either sent by the relay or found pending here. */
  async handleConnection(socket: ClientSocket): Promise<void> {
    socket.data.welcomed = this.delivery.welcome(socket);
    await socket.data.welcomed;
  }

  /** Into the room of an emergency: what it is now, and its timeline after `afterSeq`. */
  @SubscribeMessage('emergency.join')
  async join(
    @ConnectedSocket() socket: ClientSocket,
    @CurrentActor() actor: Actor,
    @MessageBody() { emergencyId, afterSeq = 0 }: JoinMessage,
  ): Promise<{ emergency: EmergencyDto; events: TimelineEventDto[] }> {
    const id = new Types.ObjectId(emergencyId);
    // Before the queue, in which events wait too: nobody without a right may make them wait.
    await this.access.seeAs(actor, id, ['requester', 'responder']);
    await this.delivery.joinIfStill(socket, id);
    const seen = await this.access.seeAs(actor, id, ['requester', 'responder']);
    const { events } = await this.timeline.catchUp(actor, id, afterSeq);
    return { emergency: await this.queries.show(seen), events };
  }

  @SubscribeMessage('emergency.leave')
  async leave(
    @ConnectedSocket() socket: ClientSocket,
    @MessageBody() { emergencyId }: EmergencyRefMessage,
  ): Promise<null> {
    await socket.leave(emergencyRoom(emergencyId.toLowerCase()));
    return null;
  }

  /** What this client missed, in order. Not before it is in its rooms: what is committed in between would reach it by neither. */
  @SubscribeMessage('emergency.sync')
  async sync(
    @ConnectedSocket() socket: ClientSocket,
    @CurrentActor() actor: Actor,
    @MessageBody() { emergencyId, afterSeq }: SyncMessage,
  ): Promise<{ events: TimelineEventDto[]; seq: number }> {
    await socket.data.welcomed;
    return this.timeline.catchUp(actor, new Types.ObjectId(emergencyId), afterSeq);
  }

  @SubscribeMessage('alert.seen')
  async seen(
    @CurrentActor() actor: Actor,
    @MessageBody() { emergencyId }: EmergencyRefMessage,
  ): Promise<null> {
    if (!(await this.receipts.seen(new Types.ObjectId(emergencyId), actor.id))) {
      throw notFound('This alert');
    }
    return null;
  }

  @SubscribeMessage('location.update')
  locate(@CurrentActor() actor: Actor, @MessageBody() place: PlaceDto): Promise<LocationView> {
    return this.users.recordLocation(actor.id, {
      latitude: place.latitude,
      longitude: place.longitude,
      accuracyMeters: place.accuracyMeters ?? null,
    });
  }

  @SubscribeMessage('message.send')
  send(@CurrentActor() actor: Actor, @MessageBody() message: ChatMessage): Promise<MessageDto> {
    const { emergencyId, ...body } = message;
    return this.chat.send(actor, new Types.ObjectId(emergencyId), body);
  }
}
