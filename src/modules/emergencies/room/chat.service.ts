import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../../common/auth/actor';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { decodeCursor, type Page, type PageQuery, toPage } from '../../../common/http/pagination';
import { Clock, later } from '../../../common/time/clock';
import { EventLog } from '../../events/event-log';
import { displayNameIn } from '../../users/display-name';
import { UsersService } from '../../users/users.service';
import type { MessageDto, SendMessageDto } from '../dto/message.dto';
import { EmergencyAccess, invalidTransition, type ViewerRole } from '../emergency.access';
import { LIVES_WITHOUT_A_SIGN_MS } from '../emergency.factory';
import { LIVE_STATUSES, PARTICIPATING } from '../emergency.transitions';
import type { People } from '../emergency.view';
import { emergencyEvent } from '../events/emergency-events';
import { Emergency } from '../schemas/emergency.schema';
import { Message } from '../schemas/message.schema';

const PARTICIPANTS: readonly ViewerRole[] = ['requester', 'responder'];

/** The chat of an emergency, between its participants. */
@Injectable()
export class ChatService {
  constructor(
    @InjectModel(Message.name) private readonly messages: Model<Message>,
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly transactions: TransactionRunner,
    private readonly events: EventLog,
    private readonly access: EmergencyAccess,
    private readonly users: UsersService,
    private readonly clock: Clock,
  ) {}

  /**
   * Writes a message; one with a `clientId` that was sent before is given back as it was written then.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for who is no participant, INVALID_TRANSITION after the end.
   */
  async send(
    actor: Actor,
    id: Types.ObjectId,
    { text, clientId }: SendMessageDto,
  ): Promise<MessageDto> {
    const { emergency, viewer } = await this.access.seeAs(actor, id, PARTICIPANTS);
    const role = viewer.role === 'requester' ? 'requester' : 'helper';
    const message = await this.transactions.run(
      async (session) => {
        const now = this.clock.now();
        const fresh: Message = {
          _id: new Types.ObjectId(),
          emergency: id,
          sender: actor.id,
          senderRole: role,
          text,
          ...(clientId === undefined ? {} : { clientId }),
          createdAt: now,
        };
        // An upsert, because a duplicate key would end the transaction that this may be a part of.
        const written = await this.messages.collection.findOneAndUpdate(
          clientId === undefined
            ? { _id: fresh._id }
            : { emergency: id, sender: actor.id, clientId },
          { $setOnInsert: fresh },
          { session, upsert: true, returnDocument: 'after' },
        );
        if (!written) throw new Error('An upsert gave no document.');
        if (!written._id.equals(fresh._id)) return written as Message;
        // Touching the emergency makes this message exclude its end, and the sender's being sent away.
        const { matchedCount } = await this.emergencies.collection.updateOne(
          {
            _id: id,
            status: { $in: LIVE_STATUSES },
            $or: [
              { requester: actor.id },
              {
                responses: {
                  $elemMatch: {
                    helper: actor.id,
                    status: { $in: [...PARTICIPATING] },
                    leftBecause: null,
                  },
                },
              },
            ],
          },
          { $set: { expiresAt: later(now, LIVES_WITHOUT_A_SIGN_MS) } },
          { session },
        );
        if (matchedCount === 0) {
          throw invalidTransition((await this.access.seeAs(actor, id, PARTICIPANTS)).emergency);
        }
        await this.events.append(session, [
          emergencyEvent({
            emergency: id,
            seq: null,
            type: 'message.created',
            actor: { id: actor.id, role },
            at: now,
            data: { messageId: fresh._id },
          }),
        ]);
        return fresh;
      },
      { about: id.toHexString() },
    );
    return messageView(message, await this.users.publicNames([actor.id]), emergency.anonymous);
  }

  /** Messages from the oldest on, for catching up. */
  async list(
    actor: Actor,
    id: Types.ObjectId,
    { limit, cursor }: PageQuery,
  ): Promise<Page<MessageDto>> {
    const { emergency } = await this.access.seeAs(actor, id, PARTICIPANTS);
    const after = cursor ? new Types.ObjectId(String(decodeCursor(cursor, ['id'])[0])) : null;
    const rows = await this.messages
      .find({ emergency: id, ...(after ? { _id: { $gt: after } } : {}) })
      .sort({ _id: 1 })
      .limit(limit + 1)
      .lean<Message[]>();
    const people = await this.users.publicNames(rows.map(({ sender }) => sender));
    return toPage(
      rows,
      limit,
      ({ _id }) => [_id.toHexString()],
      (row) => messageView(row, people, emergency.anonymous),
    );
  }

  /** One message as the room sees it; null when it does not exist. */
  async view(messageId: Types.ObjectId, emergencyId: Types.ObjectId): Promise<MessageDto | null> {
    const message = await this.messages.findById(messageId).lean<Message>();
    const emergency = await this.emergencies
      .findById(emergencyId, { anonymous: 1 })
      .lean<Emergency>();
    if (!message || !emergency) return null;
    return messageView(
      message,
      await this.users.publicNames([message.sender]),
      emergency.anonymous,
    );
  }
}

function messageView(message: Message, people: People, anonymous: boolean): MessageDto {
  const hidden = anonymous && message.senderRole === 'requester';
  const id = message.sender.toHexString();
  return {
    id: message._id.toHexString(),
    emergencyId: message.emergency.toHexString(),
    sender: {
      id: hidden ? null : id,
      role: message.senderRole,
      displayName: hidden ? null : displayNameIn(people, id),
    },
    text: message.text,
    clientId: message.clientId ?? null,
    createdAt: message.createdAt.toISOString(),
  };
}
