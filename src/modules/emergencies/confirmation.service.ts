import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError } from '../../common/errors/domain-error';
import { Clock, DAY, later } from '../../common/time/clock';
import { EventLog } from '../events/event-log';
import { Notices } from '../notifications/notices';
import { TrustLedger } from '../trust/trust-ledger';
import { ActiveAccounts } from '../users/active-accounts';
import { BlockedPeople } from '../users/blocked-people';
import { EmergencyAccess } from './emergency.access';
import type { EmergencyStatus, ResponseStatus } from './emergency.transitions';
import { emergencyEvent } from './events/emergency-events';
import { Emergency, type Response } from './schemas/emergency.schema';

/** Which responses can be confirmed: who was there. */
const THERE: readonly ResponseStatus[] = ['arrived', 'completed'];
/** Not of a false alarm, of which nobody was rescued. */
const CONFIRMABLE: readonly EmergencyStatus[] = ['active', 'responding', 'resolved', 'expired'];
/** Who was just rescued has other things to think of. */
const CONFIRM_TIME_MS = 7 * DAY;

/** The requester says that a helper really came. */
@Injectable()
export class ConfirmationService {
  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly transactions: TransactionRunner,
    private readonly accounts: ActiveAccounts,
    private readonly blocked: BlockedPeople,
    private readonly trust: TrustLedger,
    private readonly events: EventLog,
    private readonly notices: Notices,
    private readonly access: EmergencyAccess,
    private readonly clock: Clock,
  ) {}

  /**
   * Confirms a helper who arrived, while the emergency lives and for 7 days after it was resolved or expired. It earns the
   * helper trust where their position was seen within 150 m. Repeating it changes nothing.
   *
   * @throws DomainError NOT_FOUND (also for a helper who is not a responder), FORBIDDEN for everybody but the requester,
   * INVALID_TRANSITION before the arrival, for who has left, after a false alarm, and when the time is over.
   */
  async confirm(actor: Actor, id: Types.ObjectId, helper: Types.ObjectId): Promise<void> {
    await this.access.seeAs(actor, id, ['requester']);
    const confirmed = await this.transactions.run(
      async (session) => {
        await this.accounts.hold(session, actor.id);
        const now = this.clock.now();
        const before = (await this.emergencies.collection.findOneAndUpdate(
          {
            _id: id,
            requester: actor.id,
            status: { $in: [...CONFIRMABLE] },
            $or: [{ live: true }, { endedAt: { $gt: later(now, -CONFIRM_TIME_MS) } }],
            responses: {
              $elemMatch: {
                helper,
                status: { $in: [...THERE] },
                leftBecause: null,
                confirmedAt: null,
              },
            },
          },
          { $set: { 'responses.$.confirmedAt': now } },
          { session, returnDocument: 'before' },
        )) as Emergency | null;
        const response = before?.responses.find((one) => one.helper.equals(helper));
        if (!before || !response) return false;
        if (response.arrivedNearby === true) {
          await this.trust.rescueConfirmed(session, { helper, by: actor.id, emergency: id });
        }
        await this.tell(session, actor, id, { ...response, confirmedAt: now });
        return true;
      },
      { about: id.toHexString() },
    );
    if (confirmed) return;
    const { emergency } = await this.access.seeAs(actor, id, ['requester']);
    const response = emergency.responses.find((one) => one.helper.equals(helper));
    if (!response) throw new DomainError('NOT_FOUND', 'This helper is not a responder here.');
    if (!response.confirmedAt) throw refusal(emergency, response);
  }

  /** Not by name: the requester may be anonymous. Who blocked them since keeps the points, and hears nothing of them. */
  private async tell(
    session: ClientSession,
    { id: requester }: Actor,
    emergency: Types.ObjectId,
    { helper, status, etaSeconds, respondedAt, arrivedAt, confirmedAt }: Response,
  ): Promise<void> {
    const apart = await this.blocked.between(requester, helper, session);
    await this.events.append(session, [
      emergencyEvent({
        emergency,
        seq: null,
        type: 'helper.confirmed',
        actor: { id: requester, role: 'requester' },
        at: confirmedAt ?? this.clock.now(),
        users: apart ? [requester] : [requester, helper],
        data: { helper, status, etaSeconds, respondedAt, arrivedAt, confirmedAt },
      }),
    ]);
    if (apart) return;
    const key = `helper.confirmed:${emergency.toHexString()}`;
    const subject = { kind: 'emergency', id: emergency } as const;
    await this.notices.notify(session, [{ to: helper, kind: 'helper.confirmed', subject, key }]);
  }
}

function refusal(emergency: Emergency, response: Response): DomainError {
  return new DomainError('INVALID_TRANSITION', why(emergency, response), {
    status: emergency.status,
    responseStatus: response.status,
  });
}

function why({ status }: Emergency, response: Response): string {
  if (status === 'cancelled') return 'This was a false alarm: there is nothing to confirm.';
  if (response.status === 'withdrawn' || response.leftBecause) {
    return 'This helper has left: only who is there or is done can be confirmed.';
  }
  return THERE.includes(response.status)
    ? 'A helper can be confirmed for 7 days after the end only.'
    : `This helper is ${response.status}: confirm them once they have arrived.`;
}
