import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError } from '../../common/errors/domain-error';
import { distanceMeters, toPlace } from '../../common/geo/geo';
import { Clock, later, MINUTE } from '../../common/time/clock';
import { EventLog } from '../events/event-log';
import { HelperDirectory } from '../users/helper-directory';
import { AlertLedger } from './alerts/alert-ledger';
import { EmergencyAccess, invalidTransition } from './emergency.access';
import { LIVES_WITHOUT_A_SIGN_MS } from './emergency.factory';
import { LIVE_STATUSES, responseMachine, type ResponseTransition } from './emergency.transitions';
import { emergencyEvent } from './events/emergency-events';
import { EmergencyMetrics } from './metrics/emergency-metrics';
import { everybodyLeftIsDone } from './response.rules';
import { Emergency } from './schemas/emergency.schema';

/** How near a helper's last position must be for `arrived` to count as seen (docs/design.md). */
const ARRIVED_WITHIN_METERS = 150;
/** A position older than this says nothing of where a helper is on arrival. Assumed: phones report every few seconds. */
const POSITION_IS_RECENT_MS = 5 * MINUTE;
/** How long the requester has to object once every responder left says completed (docs/design.md). */
export const OBJECTION_TIME_MS = 10 * MINUTE;

export type ProgressStatus = 'on_way' | 'arrived' | 'completed';

const STEP: Record<ProgressStatus, ResponseTransition> = {
  on_way: 'setOut',
  arrived: 'arrive',
  completed: 'complete',
};

/** How helpers come, step by step. Answering is in AnswerService, leaving in DepartureService. */
@Injectable()
export class ResponseService {
  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly transactions: TransactionRunner,
    private readonly directory: HelperDirectory,
    private readonly ledger: AlertLedger,
    private readonly events: EventLog,
    private readonly access: EmergencyAccess,
    private readonly metrics: EmergencyMetrics,
    private readonly clock: Clock,
  ) {}

  /**
   * The next step of one's own response: set out, arrive, complete. Repeating the last step changes nothing; who is on the
   * way may say a new ETA by it.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for who has not accepted, INVALID_TRANSITION for a step that is not open.
   */
  async progress(
    actor: Actor,
    id: Types.ObjectId,
    status: ProgressStatus,
    etaSeconds: number | null,
  ): Promise<void> {
    const nearby = status === 'arrived' ? await this.isNearby(actor.id, id) : null;
    const moved = await this.transactions.run(
      async (session) => {
        const now = this.clock.now();
        const { from } = responseMachine.transitions[STEP[status]];
        const before = (await this.emergencies.collection.findOneAndUpdate(
          {
            _id: id,
            status: { $in: LIVE_STATUSES },
            responses: {
              $elemMatch: {
                helper: actor.id,
                $or: [
                  { status: { $in: [...from] } },
                  ...(status === 'on_way' && etaSeconds !== null
                    ? [{ status, etaSeconds: { $ne: etaSeconds } }]
                    : []),
                ],
              },
            },
          },
          {
            $set: {
              'responses.$.status': status,
              expiresAt: later(now, LIVES_WITHOUT_A_SIGN_MS),
              ...(etaSeconds === null ? {} : { 'responses.$.etaSeconds': etaSeconds }),
              ...(status === 'arrived'
                ? { 'responses.$.arrivedAt': now, 'responses.$.arrivedNearby': nearby }
                : {}),
            },
            $inc: { seq: 1 },
          },
          { session, returnDocument: 'before' },
        )) as Emergency | null;
        const response = before?.responses.find(({ helper }) => helper.equals(actor.id));
        if (!before || !response) return false;
        if (status === 'completed') await this.complete(session, before, actor.id, now);
        await this.events.append(session, [
          emergencyEvent({
            emergency: id,
            seq: before.seq + 1,
            type: 'helper.status_changed',
            actor: { id: actor.id, role: 'helper' },
            at: now,
            data: {
              helper: actor.id,
              status,
              etaSeconds: etaSeconds ?? response.etaSeconds,
              respondedAt: response.respondedAt,
              arrivedAt: status === 'arrived' ? now : response.arrivedAt,
              confirmedAt: response.confirmedAt,
            },
          }),
        ]);
        if (status === 'arrived' && before.responses.every(({ arrivedAt }) => arrivedAt === null)) {
          this.transactions.afterCommit(() => this.metrics.arrived(before.createdAt));
        }
        return true;
      },
      { about: id.toHexString() },
    );
    if (moved) return;
    const { emergency, viewer } = await this.access.seeAs(actor, id, ['responder', 'alerted']);
    if (viewer.role !== 'responder') throw notAResponder();
    if (viewer.response?.status !== status) {
      throw invalidTransition(emergency, viewer.response);
    }
  }

  /** The helper is free again; when everybody left is done, the time to object begins. */
  private async complete(
    session: ClientSession,
    before: Emergency,
    helper: Types.ObjectId,
    now: Date,
  ): Promise<void> {
    await this.ledger.release(session, before._id, helper);
    const others = before.responses.filter((response) => !response.helper.equals(helper));
    if (everybodyLeftIsDone(others)) {
      await this.emergencies.collection.updateOne(
        { _id: before._id },
        { $set: { completionDueAt: later(now, OBJECTION_TIME_MS) } },
        { session },
      );
    }
  }

  private async isNearby(helper: Types.ObjectId, id: Types.ObjectId): Promise<boolean | null> {
    // One after the other: a keyed request runs in a transaction, which takes one operation at a time.
    const last = await this.directory.lastPlace(helper);
    const emergency = await this.emergencies.findById(id, { location: 1 }).lean<Emergency>();
    if (!last || !emergency?.location) return null;
    if (this.clock.now().getTime() - last.at.getTime() > POSITION_IS_RECENT_MS) return null;
    const distance = distanceMeters(toPlace(last.point), toPlace(emergency.location.point));
    return distance <= ARRIVED_WITHIN_METERS;
  }
}

export function notAResponder(): DomainError {
  return new DomainError('FORBIDDEN', 'Accept the alert first: you are not a responder here.');
}
