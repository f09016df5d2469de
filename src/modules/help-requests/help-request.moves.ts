import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Document, Filter } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { moveStatus } from '../../common/state-machine/move-status';
import { Clock, later } from '../../common/time/clock';
import { MESSAGES_KEPT_MS } from '../data-protection/retention-periods';
import { EventLog } from '../events/event-log';
import { RefundRequests } from '../payments/refunds/refund-requests';
import type { EventActor } from '../events/schemas/event.schema';
import {
  helpRequestEvent,
  type HelpRequestEventData,
  type StatusChange,
} from './events/help-request-events';
import {
  helpOfferMachine,
  helpRequestMachine,
  type HelpRequestStatus,
  type HelpRequestTransition,
} from './help-request.transitions';
import { HelpOffer } from './schemas/help-offer.schema';
import { HelpRequest } from './schemas/help-request.schema';

/** The events that tell of a change of status. */
type MoveEvent = {
  [Type in keyof HelpRequestEventData]: HelpRequestEventData[Type] extends StatusChange
    ? Type
    : never;
}[keyof HelpRequestEventData];

interface RequestMove<Type extends MoveEvent> {
  transition: HelpRequestTransition;
  event: Type;
  actor: EventActor;
  condition?: Filter<Document>;
  set?: Document;
  /** What the event holds beside the two statuses. */
  data: Omit<HelpRequestEventData[Type], keyof StatusChange>;
  /** Who becomes a part of it by this move. */
  joining?: Types.ObjectId;
}

/**
 * The only writer of a help request's status: one conditional update with its event, in the caller's transaction. An end
 * closes the offers that are left. The requester and the chosen helper are told by the timeline; those whose offers are open
 * learn the new status and nothing else.
 */
@Injectable()
export class HelpRequestMoves {
  constructor(
    @InjectModel(HelpRequest.name) private readonly requests: Model<HelpRequest>,
    @InjectModel(HelpOffer.name) private readonly offers: Model<HelpOffer>,
    private readonly events: EventLog,
    private readonly refunds: RefundRequests,
    private readonly clock: Clock,
  ) {}

  /** @returns the request as it was, or null when the move is not open. */
  async move<Type extends MoveEvent>(
    session: ClientSession,
    id: Types.ObjectId,
    { transition, event, actor, condition = {}, set = {}, data, joining }: RequestMove<Type>,
  ): Promise<HelpRequest | null> {
    const now = this.clock.now();
    const { to } = helpRequestMachine.transitions[transition];
    const ends = helpRequestMachine.terminal.includes(to);
    const before = await moveStatus(this.requests, session, helpRequestMachine, transition, {
      id,
      condition,
      set: {
        ...set,
        ...(ends
          ? { endedAt: now, completionDueAt: null, messagesUntil: later(now, MESSAGES_KEPT_MS) }
          : {}),
      },
    });
    if (!before) return null;
    if (before.paidBy && isForNothing(transition, before.status)) {
      await this.refunds.returnAll(session, before.paidBy);
    }
    const waiting = await this.waiting(session, id, joining);
    if (ends) await this.closeOffers(session, id, to === 'completed' ? before.chosenOffer : null);
    const change: StatusChange = { from: before.status, to };
    const involved = [before.requester, before.chosenHelper, joining].filter((one) => !!one);
    await this.events.append(session, [
      helpRequestEvent({
        request: id,
        seq: before.seq + 1,
        type: event,
        actor,
        at: now,
        data: { ...data, ...change } as unknown as HelpRequestEventData[Type],
        users: involved,
      }),
      ...(waiting.length === 0
        ? []
        : [
            helpRequestEvent({
              request: id,
              seq: null,
              type: 'help_request.status_changed',
              actor: { id: null, role: actor.role },
              at: now,
              data: change,
              users: waiting,
            }),
          ]),
    ]);
    return before;
  }

  /** Whose offers are open, without the one who was chosen just now. */
  async waiting(
    session: ClientSession,
    id: Types.ObjectId,
    chosen?: Types.ObjectId,
  ): Promise<Types.ObjectId[]> {
    const open = await this.offers.collection
      .find({ request: id, status: 'open' }, { session, projection: { helper: 1 } })
      .toArray();
    return open
      .map(({ helper }) => helper as Types.ObjectId)
      .filter((helper) => !chosen?.equals(helper));
  }

  private async closeOffers(
    session: ClientSession,
    id: Types.ObjectId,
    kept: Types.ObjectId | null,
  ): Promise<void> {
    const { from, to } = helpOfferMachine.transitions.close;
    await this.offers.collection.updateMany(
      { request: id, status: { $in: [...from] }, ...(kept ? { _id: { $ne: kept } } : {}) },
      { $set: { status: to, updatedAt: this.clock.now() } },
      { session },
    );
  }
}

/**
 * Whether what was paid goes back by itself: its helper is gone, or it ended before anybody began. Once somebody has begun, the
 * two may see it differently: then an admin decides.
 */
function isForNothing(transition: HelpRequestTransition, from: HelpRequestStatus): boolean {
  if (transition === 'reopen') return true;
  return from === 'accepted' && (transition === 'cancel' || transition === 'remove');
}
