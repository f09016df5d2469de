import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Document, Filter } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { type Actor, isStaff } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { moveStatus } from '../../common/state-machine/move-status';
import { Clock, later } from '../../common/time/clock';
import { MESSAGES_KEPT_MS } from '../data-protection/retention-periods';
import { AuditLog } from '../audit/audit-log';
import { EventLog } from '../events/event-log';
import { type EventActor, SYSTEM } from '../events/schemas/event.schema';
import { AlertLedger } from './alerts/alert-ledger';
import { Dispatcher } from './dispatch/dispatcher';
import { MemberDispatcher } from './dispatch/member-dispatcher';
import { EmergencyAccess } from './emergency.access';
import { LIVES_WITHOUT_A_SIGN_MS } from './emergency.factory';
import { type EmergencyTransition, emergencyMachine } from './emergency.transitions';
import { emergencyEvent, type EmergencyEventData } from './events/emergency-events';
import { LivePositions } from './room/live-positions.service';
import { Emergency, type Outcome } from './schemas/emergency.schema';

type EndEvent = 'emergency.resolved' | 'emergency.cancelled' | 'emergency.expired';

/** What a move asks for beside its from-states, and what it changes beside the status. */
interface MoveOptions {
  condition?: Filter<Document>;
  set?: Document;
}

interface End<Type extends EndEvent> extends MoveOptions {
  transition: EmergencyTransition;
  event: Type;
  actor(before: Emergency): EventActor;
  data(before: Emergency): EmergencyEventData[Type];
  /** What else belongs to it, in the same transaction. */
  also?(before: Emergency): Promise<void>;
}

/**
 * The only writer of an emergency's status. Each move is one conditional update, whose filter holds every state it may
 * start from and what else must be true, together with its event in one transaction: of two moves that exclude each
 * other the database lets one through.
 */
@Injectable()
export class EmergencyService {
  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly transactions: TransactionRunner,
    private readonly events: EventLog,
    private readonly ledger: AlertLedger,
    private readonly positions: LivePositions,
    private readonly access: EmergencyAccess,
    private readonly dispatcher: Dispatcher,
    private readonly members: MemberDispatcher,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Ends an emergency as resolved. Repeating one's own resolve changes nothing.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN, or INVALID_TRANSITION with the present status.
   */
  async resolve(
    actor: Actor,
    id: Types.ObjectId,
    outcome: Outcome,
    notes: string | null,
  ): Promise<void> {
    const moved = await this.end(id, {
      transition: 'resolve',
      event: 'emergency.resolved',
      actor: ({ requester }) => ({
        id: actor.id,
        role: requester.equals(actor.id) ? 'requester' : 'moderator',
      }),
      data: ({ status }) => ({ from: status, outcome }),
      condition: isStaff(actor) ? {} : { requester: actor.id },
      set: { outcome, endNotes: notes, endedBy: actor.id },
      also: async ({ requester, status }) => {
        if (requester.equals(actor.id)) return;
        await this.audit.record(actor, 'emergency.resolved', id, {
          status: { from: status, to: 'resolved' },
        });
      },
    });
    if (!moved) {
      await this.access.refuse(actor, id, {
        roles: ['requester', 'moderator'],
        repeats: 'resolved',
      });
    }
  }

  /**
   * Ends an emergency as a false alarm. Repeating one's own cancel changes nothing.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN, or INVALID_TRANSITION with the present status.
   */
  async cancel(actor: Actor, id: Types.ObjectId, reason: string | null): Promise<void> {
    const moved = await this.end(id, {
      transition: 'cancel',
      event: 'emergency.cancelled',
      actor: () => ({ id: actor.id, role: 'requester' }),
      data: ({ status }) => ({ from: status }),
      condition: { requester: actor.id },
      set: { endNotes: reason, endedBy: actor.id },
    });
    if (!moved) await this.access.refuse(actor, id, { roles: ['requester'], repeats: 'cancelled' });
  }

  /**
   * Expires an emergency that has shown no sign of life until its `expiresAt`.
   *
   * @returns false when it did show one, or has ended.
   */
  expire(id: Types.ObjectId): Promise<boolean> {
    return this.end(id, {
      transition: 'expire',
      event: 'emergency.expired',
      actor: () => SYSTEM,
      data: ({ status }) => ({ from: status }),
      condition: { expiresAt: { $lte: this.clock.now() } },
    });
  }

  /**
   * Resolves an emergency whose every responder left says completed, once the time to object is over.
   *
   * @returns false when somebody objected, joined, or ended it before.
   */
  completeUnopposed(id: Types.ObjectId): Promise<boolean> {
    return this.end(id, {
      transition: 'completeUnopposed',
      event: 'emergency.resolved',
      actor: () => SYSTEM,
      data: ({ status }) => ({ from: status, outcome: 'helped' }),
      condition: { completionDueAt: { $lte: this.clock.now() } },
      set: { outcome: 'helped' },
    });
  }

  /**
   * The requester says that it is not over although every responder left says completed: dispatch starts again.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN, or INVALID_TRANSITION when there is nothing to object to.
   */
  async object(actor: Actor, id: Types.ObjectId): Promise<void> {
    const reopened = await this.transactions.run(
      (session) =>
        this.reopen(session, id, { id: actor.id, role: 'requester' }, 'objection', {
          condition: { requester: actor.id, completionDueAt: { $ne: null } },
          set: { objectedAt: this.clock.now() },
        }),
      { about: id.toHexString() },
    );
    if (!reopened) await this.access.refuse(actor, id, { roles: ['requester'] });
  }

  /** `active` → `responding`, inside the transaction in which the first helper accepts. */
  async respond(session: ClientSession, id: Types.ObjectId, helper: Types.ObjectId): Promise<void> {
    const now = this.clock.now();
    await this.change(session, id, 'respond', { id: helper, role: 'helper' }, now, {
      set: { respondingAt: now, 'dispatch.nextAt': null, 'dispatch.lease': null },
    });
  }

  /**
   * `responding` → `active`, inside the transaction in which the last responder leaves: the next wave is due at once, and
   * this node begins it when the transaction has committed.
   *
   * @returns false when the emergency is not in that state, or the condition does not hold.
   */
  async reopen(
    session: ClientSession,
    id: Types.ObjectId,
    actor: EventActor,
    because: string,
    { condition = {}, set = {} }: MoveOptions = {},
  ): Promise<boolean> {
    const now = this.clock.now();
    const reopened = await this.change(session, id, 'reopen', actor, now, {
      because,
      condition,
      set: {
        ...set,
        completionDueAt: null,
        'dispatch.nextAt': now,
        'dispatch.lease': null,
        'dispatch.reopened': true,
        'dispatch.members': { dueAt: now, again: true },
      },
    });
    if (!reopened) return false;
    this.transactions.afterCommit(() => {
      this.dispatcher.runSoon(id);
      this.members.runSoon(reopened);
    });
    return true;
  }

  /** A move between live states, and its event. @returns the emergency as it was, or null. */
  private async change(
    session: ClientSession,
    id: Types.ObjectId,
    transition: 'respond' | 'reopen',
    actor: EventActor,
    now: Date,
    { because, condition, set }: MoveOptions & { because?: string },
  ): Promise<Emergency | null> {
    const before = await this.move(session, id, transition, {
      ...(condition ? { condition } : {}),
      set: { ...set, expiresAt: later(now, LIVES_WITHOUT_A_SIGN_MS) },
    });
    if (!before) return null;
    await this.events.append(session, [
      emergencyEvent({
        emergency: id,
        seq: before.seq + 1,
        type: 'emergency.status_changed',
        actor,
        at: now,
        data: {
          from: before.status,
          to: emergencyMachine.transitions[transition].to,
          ...(because ? { because } : {}),
        },
      }),
    ]);
    return before;
  }

  /** A move to a terminal state: closes the ledger, forgets positions, and tells everybody who was still being asked. */
  private end<Type extends EndEvent>(id: Types.ObjectId, end: End<Type>): Promise<boolean> {
    return this.transactions.run(
      async (session) => {
        const now = this.clock.now();
        const before = await this.move(session, id, end.transition, {
          ...(end.condition ? { condition: end.condition } : {}),
          set: {
            ...end.set,
            live: false,
            endedAt: now,
            messagesUntil: later(now, MESSAGES_KEPT_MS),
            // Whoever of the contacts was told of it hears that it is over.
            contactsAt: now,
            completionDueAt: null,
            'dispatch.nextAt': null,
            'dispatch.members.dueAt': null,
            'dispatch.lease': null,
          },
        });
        if (!before) return false;
        const asked = await this.ledger.close(session, id);
        await this.positions.forget(session, id);
        await this.events.append(session, [
          emergencyEvent({
            emergency: id,
            seq: before.seq + 1,
            type: end.event,
            actor: end.actor(before),
            at: now,
            data: end.data(before),
            users: asked,
          }),
        ]);
        await end.also?.(before);
        return true;
      },
      { about: id.toHexString() },
    );
  }

  /** The one place where a status changes. @returns the emergency as it was, or null when the move is not open. */
  private move(
    session: ClientSession,
    id: Types.ObjectId,
    transition: EmergencyTransition,
    { condition = {}, set = {} }: MoveOptions,
  ): Promise<Emergency | null> {
    return moveStatus(this.emergencies, session, emergencyMachine, transition, {
      id,
      condition,
      set,
    });
  }
}
