import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { duplicateKeyIndex } from '../../common/database/duplicate-key';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { Clock, later } from '../../common/time/clock';
import { EventLog } from '../events/event-log';
import { BlockedPeople } from '../users/blocked-people';
import { HelperDirectory } from '../users/helper-directory';
import { AlertLedger } from './alerts/alert-ledger';
import { AlertSources } from './dispatch/alert-sources';
import { EmergencyAccess, invalidTransition } from './emergency.access';
import { LIVES_WITHOUT_A_SIGN_MS } from './emergency.factory';
import { EmergencyService } from './emergency.service';
import { LIVE_STATUSES, PARTICIPATING, responseMachine } from './emergency.transitions';
import { emergencyEvent } from './events/emergency-events';
import { EmergencyMetrics } from './metrics/emergency-metrics';
import { type AlertVia, ONE_ENGAGEMENT_INDEX } from './schemas/alert.schema';
import { Emergency, type Response } from './schemas/emergency.schema';

/** What alerted helpers answer: they come, or they do not. */
@Injectable()
export class AnswerService {
  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly emergency: EmergencyService,
    private readonly transactions: TransactionRunner,
    private readonly directory: HelperDirectory,
    private readonly blocked: BlockedPeople,
    private readonly ledger: AlertLedger,
    private readonly sources: AlertSources,
    private readonly events: EventLog,
    private readonly access: EmergencyAccess,
    private readonly metrics: EmergencyMetrics,
    private readonly clock: Clock,
  ) {}

  /**
   * An alerted helper comes; the first to do so moves the emergency to `responding`.
   *
   * @param etaSeconds when the helper expects to be there.
   * @throws DomainError NOT_FOUND for who was not alerted, ALREADY_RESPONDED, INVALID_TRANSITION when it is over,
   * CONFLICT for who is on the way elsewhere or has a live SOS themselves, FORBIDDEN for who may not help (any more).
   */
  async accept(actor: Actor, id: Types.ObjectId, etaSeconds: number | null): Promise<void> {
    try {
      await this.transactions.run((session) => this.join(session, actor, id, etaSeconds), {
        about: id.toHexString(),
      });
    } catch (error) {
      if (duplicateKeyIndex(error) !== ONE_ENGAGEMENT_INDEX) throw error;
      throw new DomainError(
        'CONFLICT',
        'You are already on the way to another emergency. Complete or withdraw from that one first.',
      );
    }
  }

  /**
   * An alerted helper does not come. Repeating it changes nothing.
   *
   * @throws DomainError NOT_FOUND, ALREADY_RESPONDED for who has accepted, INVALID_TRANSITION when it is over.
   */
  async decline(actor: Actor, id: Types.ObjectId, reason: string | null): Promise<void> {
    const declined = await this.transactions.run((session) =>
      this.ledger.decline(session, id, actor.id, reason, this.clock.now()),
    );
    if (declined) return;
    const { emergency, viewer } = await this.access.see(actor, id);
    if (viewer.role === 'responder') throw alreadyResponded();
    if (!viewer.alert) throw new DomainError('FORBIDDEN', 'Only alerted helpers can answer.');
    const repeat = viewer.alert.status === 'declined' || viewer.alert.status === 'withdrawn';
    if (!repeat) throw invalidTransition(emergency);
  }

  private async join(
    session: ClientSession,
    actor: Actor,
    id: Types.ObjectId,
    etaSeconds: number | null,
  ): Promise<void> {
    const now = this.clock.now();
    const alert = await this.ledger.accept(session, id, actor.id, now);
    if (!alert) throw await this.whyNotAccepted(actor, id);
    const response: Response = {
      helper: actor.id,
      status: responseMachine.initial,
      etaSeconds,
      respondedAt: now,
      arrivedAt: null,
      arrivedNearby: null,
      confirmedAt: null,
      leftSeq: null,
      leftBecause: null,
    };
    const before = (await this.emergencies.collection.findOneAndUpdate(
      {
        _id: id,
        status: { $in: LIVE_STATUSES },
        requester: { $ne: actor.id },
        responses: {
          $not: { $elemMatch: { helper: actor.id, status: { $in: [...PARTICIPATING] } } },
        },
      },
      [
        {
          $set: {
            // A helper who comes back takes the place of their earlier response.
            responses: {
              $concatArrays: [
                { $filter: { input: '$responses', cond: { $ne: ['$$this.helper', actor.id] } } },
                [{ $literal: response }],
              ],
            },
            seq: { $add: ['$seq', 1] },
            expiresAt: later(now, LIVES_WITHOUT_A_SIGN_MS),
            completionDueAt: null,
          },
        },
      ],
      { session, returnDocument: 'before' },
    )) as Emergency | null;
    if (!before) throw await this.whyNotAccepted(actor, id);
    await this.checkRight(session, actor.id, before.requester, alert.via);
    await this.checkFree(session, actor.id, before.requester);
    await this.events.append(session, [
      emergencyEvent({
        emergency: id,
        seq: before.seq + 1,
        type: 'helper.joined',
        actor: { id: actor.id, role: 'helper' },
        at: now,
        data: {
          helper: actor.id,
          status: response.status,
          etaSeconds,
          respondedAt: now,
          arrivedAt: null,
        },
      }),
    ]);
    if (before.status === 'active') await this.emergency.respond(session, id, actor.id);
    if (before.responses.length === 0) {
      this.transactions.afterCommit(() => this.metrics.accepted(before.createdAt));
    }
  }

  /** A verified helper, or a member whom the organization through which they were told may still alert. */
  private async checkRight(
    session: ClientSession,
    helper: Types.ObjectId,
    requester: Types.ObjectId,
    via: AlertVia | undefined,
  ): Promise<void> {
    if (!via) {
      if (await this.directory.mayRespond(helper, session)) return;
      throw new DomainError('FORBIDDEN', 'Only verified helpers can answer alerts.');
    }
    const { organization } = via;
    const asked =
      (await this.directory.isActive(helper, session)) &&
      (await this.sources.stillTold(session, { organization, members: [helper], requester }))
        .length > 0;
    if (!asked) {
      throw new DomainError(
        'FORBIDDEN',
        'You were alerted through an organization that does not ask you for this person any more.',
      );
    }
  }

  /** What discovery asked may have changed since the alert: all of it is asked again, in the transaction. */
  private async checkFree(
    session: ClientSession,
    helper: Types.ObjectId,
    requester: Types.ObjectId,
  ): Promise<void> {
    if (await this.blocked.between(helper, requester, session)) throw notFound('This emergency');
    const own = await this.emergencies.collection.findOne(
      { requester: helper, live: true },
      { session, projection: { _id: 1 } },
    );
    if (own) {
      throw new DomainError('CONFLICT', 'You have a live SOS yourself. End it before you help.');
    }
  }

  private async whyNotAccepted(actor: Actor, id: Types.ObjectId): Promise<DomainError> {
    const { emergency, viewer } = await this.access.see(actor, id);
    if (!emergency.live) return invalidTransition(emergency);
    if (viewer.role === 'responder') return alreadyResponded();
    if (viewer.role === 'alerted') return notFound('Your alert');
    return new DomainError('FORBIDDEN', 'Only alerted helpers can answer.');
  }
}

function alreadyResponded(): DomainError {
  return new DomainError('ALREADY_RESPONDED', 'You have accepted this emergency already.');
}
