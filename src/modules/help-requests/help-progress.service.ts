import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Document, Filter } from 'mongodb';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { Clock, later } from '../../common/time/clock';
import { EventLog } from '../events/event-log';
import { SYSTEM } from '../events/schemas/event.schema';
import { helpRequestEvent, type HelpRequestEventData } from './events/help-request-events';
import { HelpRequestAccess } from './help-request.access';
import { HelpRequestMoves } from './help-request.moves';
import { invalidTransition, OBJECTION_TIME_MS } from './help-request.rules';
import { type HelpRequestStatus } from './help-request.transitions';
import { HelpRequest } from './schemas/help-request.schema';

/** How a request goes on once somebody was chosen, and how it ends. */
@Injectable()
export class HelpProgressService {
  constructor(
    @InjectModel(HelpRequest.name) private readonly requests: Model<HelpRequest>,
    private readonly transactions: TransactionRunner,
    private readonly moves: HelpRequestMoves,
    private readonly access: HelpRequestAccess,
    private readonly events: EventLog,
    private readonly clock: Clock,
  ) {}

  /**
   * The chosen helper begins. Repeating it changes nothing.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for anybody else, INVALID_TRANSITION.
   */
  async start(actor: Actor, id: Types.ObjectId): Promise<void> {
    await this.step(actor, id, 'chosen_helper', 'in_progress', (session) =>
      this.moves.move(session, id, {
        transition: 'start',
        event: 'help_request.started',
        actor: { id: actor.id, role: 'helper' },
        condition: { chosenHelper: actor.id },
        data: {},
      }),
    );
  }

  /**
   * The chosen helper says that it is done: unless the requester objects, it completes by itself after a week. Repeating it
   * changes nothing.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for anybody else, INVALID_TRANSITION.
   */
  async done(actor: Actor, id: Types.ObjectId): Promise<void> {
    const doneAt = this.clock.now();
    const completionDueAt = later(doneAt, OBJECTION_TIME_MS);
    const said = await this.note(id, {
      type: 'help_request.done',
      by: { id: actor.id, role: 'helper' },
      condition: { chosenHelper: actor.id, doneAt: null },
      set: { doneAt, completionDueAt },
      data: { completionDueAt },
    });
    if (said) return;
    const { request } = await this.access.seeAs(actor, id, ['chosen_helper']);
    if (request.status !== 'in_progress' || !request.doneAt) {
      throw invalidTransition(request, this.clock.now());
    }
  }

  /**
   * The requester says that it is not done: it stays in progress, and the helper may say done again.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for anybody else, INVALID_TRANSITION when there is nothing to object to.
   */
  async object(actor: Actor, id: Types.ObjectId): Promise<void> {
    const objected = await this.note(id, {
      type: 'help_request.objected',
      by: { id: actor.id, role: 'requester' },
      condition: { requester: actor.id, doneAt: { $ne: null } },
      set: { doneAt: null, completionDueAt: null },
      data: {},
    });
    if (objected) return;
    const { request } = await this.access.seeAs(actor, id, ['requester']);
    throw invalidTransition(request, this.clock.now());
  }

  /**
   * The requester confirms that it is done, whether the helper said so or not. Repeating it changes nothing.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for anybody else, INVALID_TRANSITION unless it is in progress.
   */
  async complete(actor: Actor, id: Types.ObjectId): Promise<void> {
    await this.step(actor, id, 'requester', 'completed', (session) =>
      this.moves.move(session, id, {
        transition: 'complete',
        event: 'help_request.completed',
        actor: { id: actor.id, role: 'requester' },
        condition: { requester: actor.id },
        set: { endedBy: actor.id },
        data: {},
      }),
    );
  }

  /**
   * The requester needs no help any more. Repeating it changes nothing.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for anybody else, INVALID_TRANSITION after the end.
   */
  async cancel(actor: Actor, id: Types.ObjectId, reason: string | null): Promise<void> {
    const now = this.clock.now();
    await this.step(actor, id, 'requester', 'cancelled', (session) =>
      this.moves.move(session, id, {
        transition: 'cancel',
        event: 'help_request.cancelled',
        actor: { id: actor.id, role: 'requester' },
        // One whose time has passed has expired, although nobody has written it down yet.
        condition: {
          requester: actor.id,
          $or: [{ status: { $ne: 'open' } }, { expiresAt: { $gt: now } }],
        },
        set: { endedBy: actor.id, cancelReason: reason },
        data: {},
      }),
    );
  }

  /** @returns false when somebody was chosen in time, or it has ended. */
  async expire(id: Types.ObjectId): Promise<boolean> {
    const moved = await this.run(id, (session) =>
      this.moves.move(session, id, {
        transition: 'expire',
        event: 'help_request.expired',
        actor: SYSTEM,
        condition: { expiresAt: { $lte: this.clock.now() } },
        data: {},
      }),
    );
    return moved !== null;
  }

  /**
   * Completes what the helper said is done, once the time to object is over. Not while the requester is suspended, who could
   * not have objected.
   *
   * @returns false when somebody objected, or it has ended.
   */
  async completeUnopposed(id: Types.ObjectId): Promise<boolean> {
    const moved = await this.run(id, (session) =>
      this.moves.move(session, id, {
        transition: 'completeUnopposed',
        event: 'help_request.completed',
        actor: SYSTEM,
        condition: { completionDueAt: { $lte: this.clock.now() }, ownerHidden: false },
        data: {},
      }),
    );
    return moved !== null;
  }

  /** A move by one of the two, or the reason why not. */
  private async step(
    actor: Actor,
    id: Types.ObjectId,
    role: 'requester' | 'chosen_helper',
    repeats: HelpRequestStatus,
    move: (session: ClientSession) => Promise<HelpRequest | null>,
  ): Promise<void> {
    const moved = await this.run(id, async (session) => {
      // Of what somebody may not see they must not learn by doing.
      await this.access.seeAs(actor, id, [role]);
      return move(session);
    });
    if (moved) return;
    const { request } = await this.access.seeAs(actor, id, [role]);
    const own = role === 'chosen_helper' || request.endedBy?.equals(actor.id);
    if (request.status === repeats && own) return;
    throw invalidTransition(request, this.clock.now());
  }

  /** Something that happens while it is in progress and does not change the status. */
  private async note<Type extends 'help_request.done' | 'help_request.objected'>(
    id: Types.ObjectId,
    note: {
      type: Type;
      by: { id: Types.ObjectId; role: 'requester' | 'helper' };
      condition: Filter<Document>;
      set: Document;
      data: HelpRequestEventData[Type];
    },
  ): Promise<boolean> {
    return this.run(id, async (session) => {
      const before = (await this.requests.collection.findOneAndUpdate(
        {
          $and: [
            { _id: id, status: 'in_progress', removedAt: null, ownerHidden: false },
            note.condition,
          ],
        },
        { $set: note.set, $inc: { seq: 1 } },
        { session, returnDocument: 'before' },
      )) as HelpRequest | null;
      if (!before) return false;
      await this.events.append(session, [
        helpRequestEvent({
          request: id,
          seq: before.seq + 1,
          type: note.type,
          actor: note.by,
          at: this.clock.now(),
          data: note.data,
          users: [before.requester, ...(before.chosenHelper ? [before.chosenHelper] : [])],
        }),
      ]);
      return true;
    });
  }

  private run<T>(id: Types.ObjectId, work: (session: ClientSession) => Promise<T>): Promise<T> {
    return this.transactions.run(work, { about: id.toHexString() });
  }
}
