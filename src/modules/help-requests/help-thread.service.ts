import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { decodeCursor, type Page, type PageQuery, toPage } from '../../common/http/pagination';
import { Clock } from '../../common/time/clock';
import { EventLog } from '../events/event-log';
import { ActiveAccounts } from '../users/active-accounts';
import { UsersService } from '../users/users.service';
import type { SendHelpMessageDto } from './dto/action.dto';
import type { HelpMessageDto } from './dto/help-request.view.dto';
import { helpRequestEvent } from './events/help-request-events';
import { HelpRequestAccess, type SeenOffer } from './help-request.access';
import { invalidTransition, isInRatingTime, statusAt } from './help-request.rules';
import { LIVE_STATUSES, STANDING } from './help-request.transitions';
import { messageView } from './help-request.view';
import { HelpMessage } from './schemas/help-message.schema';
import { HelpOffer } from './schemas/help-offer.schema';

/**
 * The thread of an offer, between its helper and the requester. It is open while the offer stands and the request lives, and
 * for the two of a completed one for as long as they may rate; after that it can be read.
 */
@Injectable()
export class HelpThreadService {
  constructor(
    @InjectModel(HelpMessage.name) private readonly messages: Model<HelpMessage>,
    @InjectModel(HelpOffer.name) private readonly offers: Model<HelpOffer>,
    private readonly transactions: TransactionRunner,
    private readonly accounts: ActiveAccounts,
    private readonly access: HelpRequestAccess,
    private readonly events: EventLog,
    private readonly users: UsersService,
    private readonly clock: Clock,
  ) {}

  /**
   * Writes a message; one with a `clientId` that was sent before is given back as it was written then.
   *
   * @throws DomainError NOT_FOUND for everybody but the two, INVALID_TRANSITION when the thread is closed.
   */
  async send(
    actor: Actor,
    id: Types.ObjectId,
    offerId: Types.ObjectId,
    { text, clientId }: SendHelpMessageDto,
  ): Promise<HelpMessageDto> {
    const message = await this.transactions.run(
      async (session) => {
        await this.accounts.hold(session, actor.id);
        const seen = await this.access.seeOffer(actor, id, offerId);
        const now = this.clock.now();
        const fresh: HelpMessage = {
          _id: new Types.ObjectId(),
          request: id,
          offer: offerId,
          sender: actor.id,
          senderRole: seen.role,
          text,
          ...(clientId === undefined ? {} : { clientId }),
          createdAt: now,
        };
        // An upsert, because a duplicate key would end the transaction that this may be a part of.
        const written = (await this.messages.collection.findOneAndUpdate(
          clientId === undefined
            ? { _id: fresh._id }
            : { offer: offerId, sender: actor.id, clientId },
          { $setOnInsert: fresh },
          { session, upsert: true, returnDocument: 'after' },
        )) as HelpMessage | null;
        if (!written) throw new Error('An upsert gave no document.');
        if (!written._id.equals(fresh._id)) return written;
        this.refuseClosed(seen, now);
        const { matchedCount } = await this.offers.collection.updateOne(
          { _id: offerId, status: { $in: [...STANDING] } },
          { $set: { lastMessageAt: now } },
          { session },
        );
        if (matchedCount === 0) throw invalidTransition(seen.request, now, seen.offer);
        await this.events.append(session, [
          helpRequestEvent({
            request: id,
            seq: null,
            type: 'help_message.created',
            actor: { id: actor.id, role: seen.role },
            at: now,
            data: { message: fresh._id },
            users: [seen.request.requester, seen.offer.helper],
          }),
        ]);
        return fresh;
      },
      { about: id.toHexString() },
    );
    return messageView(message, await this.users.publicNames([actor.id]));
  }

  /**
   * Messages from the oldest on.
   *
   * @throws DomainError NOT_FOUND for everybody but the two, INVALID_CURSOR.
   */
  async list(
    actor: Actor,
    id: Types.ObjectId,
    offerId: Types.ObjectId,
    { limit, cursor }: PageQuery,
  ): Promise<Page<HelpMessageDto>> {
    await this.access.seeOffer(actor, id, offerId);
    const after = cursor ? new Types.ObjectId(String(decodeCursor(cursor, ['id'])[0])) : null;
    const rows = await this.messages
      .find({ offer: offerId, ...(after ? { _id: { $gt: after } } : {}) })
      .sort({ _id: 1 })
      .limit(limit + 1)
      .lean<HelpMessage[]>();
    const people = await this.users.publicNames(rows.map(({ sender }) => sender));
    return toPage(
      rows,
      limit,
      ({ _id }) => [_id.toHexString()],
      (row) => messageView(row, people),
    );
  }

  private refuseClosed({ request, offer }: SeenOffer, now: Date): void {
    if (LIVE_STATUSES.includes(statusAt(request, now)) || isInRatingTime(request, now)) return;
    throw invalidTransition(request, now, offer);
  }
}
