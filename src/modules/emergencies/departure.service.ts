import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError } from '../../common/errors/domain-error';
import { Clock, later } from '../../common/time/clock';
import { EventLog } from '../events/event-log';
import type { EventActor } from '../events/schemas/event.schema';
import { UserLifecycle, type UserLifecycleListener } from '../users/user-lifecycle';
import { AlertLedger } from './alerts/alert-ledger';
import { AlertedPeople } from './alerts/alerted-people';
import { EmergencyAccess, invalidTransition } from './emergency.access';
import { LIVES_WITHOUT_A_SIGN_MS } from './emergency.factory';
import { EmergencyService } from './emergency.service';
import { LIVE_STATUSES, responseMachine } from './emergency.transitions';
import { SYSTEM } from '../events/schemas/event.schema';
import { alertWithdrawnEvent, emergencyEvent } from './events/emergency-events';
import { everybodyLeftIsDone, stillCounts } from './response.rules';
import { notAResponder, OBJECTION_TIME_MS } from './response.service';
import { LivePositions } from './room/live-positions.service';
import { Emergency, type LeaveReason } from './schemas/emergency.schema';

/**
 * How helpers leave an emergency: by themselves, sent away, blocked, suspended, erased. When the last one leaves the
 * emergency is `active` again and dispatch goes on; what only a participant may see ends in the same transaction.
 */
@Injectable()
export class DepartureService implements UserLifecycleListener, OnModuleInit {
  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly emergency: EmergencyService,
    private readonly transactions: TransactionRunner,
    private readonly ledger: AlertLedger,
    private readonly alerted: AlertedPeople,
    private readonly events: EventLog,
    private readonly positions: LivePositions,
    private readonly access: EmergencyAccess,
    private readonly lifecycle: UserLifecycle,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.lifecycle.register(this);
  }

  /**
   * A responder gives up. Repeating it changes nothing; while the emergency lives they may accept again.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for who has not accepted, INVALID_TRANSITION after `completed` or the end.
   */
  async withdraw(actor: Actor, id: Types.ObjectId): Promise<void> {
    const left = await this.transactions.run(
      (session) => this.leave(session, id, actor.id, 'helper', { id: actor.id, role: 'helper' }),
      { about: id.toHexString() },
    );
    if (left) return;
    const { emergency, viewer } = await this.access.see(actor, id);
    if (!viewer.response) throw notAResponder();
    if (viewer.response.status !== 'withdrawn') throw invalidTransition(emergency, viewer.response);
  }

  /**
   * The requester sends a responder away; they cannot come back to this emergency.
   *
   * @throws DomainError NOT_FOUND (also for a helper who is not a responder), FORBIDDEN, INVALID_TRANSITION.
   */
  async sendAway(actor: Actor, id: Types.ObjectId, helper: Types.ObjectId): Promise<void> {
    await this.access.seeAs(actor, id, ['requester']);
    const left = await this.transactions.run(
      (session) =>
        this.leave(session, id, helper, 'sent_away', { id: actor.id, role: 'requester' }),
      { about: id.toHexString() },
    );
    if (left) return;
    const { emergency } = await this.access.see(actor, id);
    const response = emergency.responses.find((one) => one.helper.equals(helper));
    if (!response) throw new DomainError('NOT_FOUND', 'This helper is not a responder here.');
    if (response.leftBecause !== 'sent_away') throw invalidTransition(emergency, response);
  }

  /**
   * A block between two people ends what one is to the other's live emergency. Not so where a helper blocks somebody who is
   * anonymous to them: what went away would tell them whose it was. The threat: somebody alerted who blocks a suspect to see.
   */
  async onBlocked(blocker: Types.ObjectId, blocked: Types.ObjectId): Promise<void> {
    await this.transactions.run(async (session) => {
      for (const [requester, helper] of [
        [blocker, blocked],
        [blocked, blocker],
      ] as const) {
        const live = await this.emergencies.collection.findOne(
          { requester, live: true },
          { session, projection: { anonymous: 1 } },
        );
        const unmasks = live?.anonymous === true && helper.equals(blocker);
        if (live && !unmasks) await this.part(session, live._id, helper, 'blocked');
      }
    });
  }

  async onHelperRevoked(helper: Types.ObjectId, reason: 'suspended' | 'unverified'): Promise<void> {
    await this.transactions.run((session) => this.partFromAll(session, helper, reason));
  }

  async onErasing(user: Types.ObjectId): Promise<void> {
    await this.transactions.run((session) => this.partFromAll(session, user, 'erased'));
  }

  private async partFromAll(
    session: ClientSession,
    helper: Types.ObjectId,
    because: LeaveReason,
  ): Promise<void> {
    // Who was alerted as a member of an organization needs no verification, only an account in good standing.
    const kept = because === 'unverified' ? await this.alerted.toldAsMember(helper, session) : [];
    const alerted = await this.alerted.openEmergenciesOf(helper, session);
    const live = await this.emergencies.collection
      .find(
        {
          live: true,
          _id: { $nin: kept },
          $or: [{ _id: { $in: alerted } }, { 'responses.helper': helper }],
        },
        { session, projection: { _id: 1 } },
      )
      .toArray();
    for (const { _id } of live) await this.part(session, _id, helper, because);
  }

  /** Ends whatever a helper is to an emergency, responder or alerted. */
  private async part(
    session: ClientSession,
    id: Types.ObjectId,
    helper: Types.ObjectId,
    because: LeaveReason,
  ): Promise<void> {
    if (await this.leave(session, id, helper, because, SYSTEM)) return;
    const barred = await this.barCompleted(session, id, helper, because);
    const asked = await this.ledger.withdrawUnanswered(session, id, [helper], because);
    const users = barred ? [helper] : asked;
    if (users.length === 0) return;
    // Ending it writes the same document, so that one of the two waits for the other: what has ended keeps its answers.
    await this.emergencies.collection.updateOne(
      { _id: id, live: true },
      { $inc: { alertsTakenBack: 1 } },
      { session },
    );
    await this.events.append(session, [alertWithdrawnEvent(id, users, because, this.clock.now())]);
  }

  /** A helper who has completed keeps that status, but is no participant any more. */
  private async barCompleted(
    session: ClientSession,
    id: Types.ObjectId,
    helper: Types.ObjectId,
    because: LeaveReason,
  ): Promise<boolean> {
    const before = (await this.emergencies.collection.findOneAndUpdate(
      { _id: id, responses: { $elemMatch: { helper, status: 'completed', leftBecause: null } } },
      [
        {
          $set: {
            responses: {
              $map: {
                input: '$responses',
                in: {
                  $cond: [
                    { $eq: ['$$this.helper', helper] },
                    { $mergeObjects: ['$$this', { leftBecause: because, leftSeq: '$seq' }] },
                    '$$this',
                  ],
                },
              },
            },
          },
        },
      ],
      { session },
    )) as Emergency | null;
    if (before) await this.ledger.withdraw(session, id, helper, because);
    return before !== null;
  }

  /** @returns false when this helper is not coming (any more). */
  private async leave(
    session: ClientSession,
    id: Types.ObjectId,
    helper: Types.ObjectId,
    because: LeaveReason,
    actor: EventActor,
  ): Promise<boolean> {
    const now = this.clock.now();
    const { from, to } = responseMachine.transitions.withdraw;
    const before = (await this.emergencies.collection.findOneAndUpdate(
      {
        _id: id,
        status: { $in: LIVE_STATUSES },
        responses: { $elemMatch: { helper, status: { $in: [...from] } } },
      },
      {
        $set: {
          'responses.$.status': to,
          'responses.$.leftBecause': because,
          expiresAt: later(now, LIVES_WITHOUT_A_SIGN_MS),
        },
        $inc: { seq: 1 },
      },
      { session, returnDocument: 'before' },
    )) as Emergency | null;
    const response = before?.responses.find((one) => one.helper.equals(helper));
    if (!before || !response) return false;
    const seq = before.seq + 1;
    const others = before.responses.filter((one) => !one.helper.equals(helper));
    const left = others.filter((one) => stillCounts(one, before.objectedAt));
    const allDone = left.length > 0 && everybodyLeftIsDone(left);
    await this.emergencies.collection.updateOne(
      { _id: id, 'responses.helper': helper },
      {
        $set: {
          'responses.$.leftSeq': seq,
          ...(allDone ? { completionDueAt: later(now, OBJECTION_TIME_MS) } : {}),
        },
      },
      { session },
    );
    await this.ledger.withdraw(session, id, helper, because);
    await this.positions.forgetOne(session, id, helper);
    await this.events.append(session, [
      emergencyEvent({
        emergency: id,
        seq,
        type: 'helper.left',
        actor,
        at: now,
        users: [helper],
        data: {
          helper,
          status: to,
          etaSeconds: response.etaSeconds,
          respondedAt: response.respondedAt,
          arrivedAt: response.arrivedAt,
          confirmedAt: response.confirmedAt,
          reason: because,
        },
      }),
    ]);
    if (left.length === 0) await this.emergency.reopen(session, id, actor, because);
    return true;
  }
}
