import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { Clock, later, MINUTE } from '../../../common/time/clock';
import type { ChannelName } from '../../notifications/channels/channel';
import { Composers } from '../../notifications/deliveries/composers';
import { type Notice, Notices } from '../../notifications/notices';
import type { Delivery } from '../../notifications/schemas/delivery.schema';
import { Alert } from '../schemas/alert.schema';
import { Emergency } from '../schemas/emergency.schema';
import { AlertTexts } from './alert-texts';
import { escalate, type EscalationStep, PUSHED, TEXTED, UNACKNOWLEDGED } from './escalation.policy';

export const ALERT_NOTICE = 'emergency.alert';

/** A push or a message that says this late that somebody needs help says it too late. */
const WORTH_MS = 10 * MINUTE;

export type DueEscalation = Pick<Emergency, '_id'> & { escalateAt: Date };

/**
 * Reaches alerted people who are not connected, or whose devices stay silent. The rows of the ledger are the outbox of an SOS:
 * nothing is written for this in its transaction, and what is due later is found in them.
 */
@Injectable()
export class AlertEscalation implements OnModuleInit {
  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    @InjectModel(Alert.name) private readonly alerts: Model<Alert>,
    private readonly transactions: TransactionRunner,
    private readonly notices: Notices,
    private readonly texts: AlertTexts,
    private readonly composers: Composers,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.composers.onlyWhile(ALERT_NOTICE, (delivery) => this.isStillUnheard(delivery));
  }

  /** Those whose alerts are due to be looked at, the longest waiting first. */
  async due(limit: number): Promise<DueEscalation[]> {
    return this.emergencies
      .find({ escalateAt: { $lte: this.clock.now() } }, { escalateAt: 1 })
      .sort({ escalateAt: 1 })
      .limit(limit)
      .lean<DueEscalation[]>();
  }

  /**
   * Does what is due for one emergency, in one transaction: of two nodes that find it at once, one takes the date away and the
   * other finds it gone.
   */
  async run({ _id, escalateAt }: DueEscalation): Promise<void> {
    await this.transactions.run((session) => this.write(session, _id, escalateAt), {
      about: _id.toHexString(),
    });
  }

  private async write(session: ClientSession, id: Types.ObjectId, seen: Date): Promise<void> {
    const emergency = (await this.emergencies.collection.findOneAndUpdate(
      { _id: id, escalateAt: seen },
      { $unset: { escalateAt: 1 } },
      { session, projection: { live: 1, requester: 1, textedAt: 1 } },
    )) as Emergency | null;
    if (!emergency) return;
    const now = this.clock.now();
    const alerts = await this.openAlerts(session, id);
    const { inbox, push, sms, next } = escalate({
      alerts,
      live: emergency.live,
      withPush: await this.withPush(session, alerts),
      now,
    });
    await this.tell(session, inbox, [], now);
    await this.tell(session, push, ['push'], now);
    // Mail is too slow for an alarm, unless somebody chose it.
    const texted = sms.length > 0 && (await this.texts.admit(session, emergency));
    await this.tell(session, sms, texted ? ['sms', 'email'] : ['email'], now);
    await this.mark(session, push, PUSHED);
    await this.mark(session, sms, TEXTED);
    if (next) {
      await this.emergencies.collection.updateOne(
        { _id: id },
        { $set: { escalateAt: next } },
        { session },
      );
    }
  }

  /** Those for whom something may be left to do. */
  private openAlerts(session: ClientSession, emergency: Types.ObjectId): Promise<Alert[]> {
    return this.alerts.collection
      .find<Alert>(
        {
          emergency,
          $or: [
            { $expr: { $ne: ['$noticed', '$attempt'] } },
            { status: { $in: [...UNACKNOWLEDGED] }, escalated: { $ne: TEXTED } },
          ],
        },
        { session },
      )
      .toArray();
  }

  /** Who has a device, and lets alerts be pushed to it: for the others nothing is to be waited for. */
  private async withPush(session: ClientSession, alerts: Alert[]): Promise<Set<string>> {
    const silent = alerts.filter(({ status }) => UNACKNOWLEDGED.includes(status));
    const people = silent.map(({ helper }) => helper);
    return this.notices.reachedBy(session, 'push', ALERT_NOTICE, people);
  }

  /** Under one key an alert is one notification, whichever channels are added to it. */
  private async tell(
    session: ClientSession,
    alerts: Alert[],
    channels: ChannelName[],
    now: Date,
  ): Promise<void> {
    if (alerts.length === 0) return;
    const notices = alerts.map(({ _id, helper, emergency, attempt }): Notice => ({
      to: helper,
      kind: ALERT_NOTICE,
      subject: { kind: 'emergency', id: emergency },
      key: `alert:${_id.toHexString()}:${attempt}`,
      params: { attempt },
      channels,
      expiresAt: later(now, WORTH_MS),
    }));
    await this.notices.notify(session, notices);
    if (channels.length > 0) return;
    await this.alerts.collection.bulkWrite(
      alerts.map(({ _id, attempt }) => ({
        updateOne: { filter: { _id }, update: { $set: { noticed: attempt } } },
      })),
      { session },
    );
  }

  private async mark(session: ClientSession, alerts: Alert[], step: EscalationStep): Promise<void> {
    if (alerts.length === 0) return;
    await this.alerts.collection.updateMany(
      { _id: { $in: alerts.map(({ _id }) => _id) } },
      { $set: { escalated: step } },
      { session },
    );
  }

  /** Asked just before it goes out: whoever has heard of it by now, or is not asked any more, is left in peace. */
  private async isStillUnheard({ user, subject, params }: Delivery): Promise<boolean> {
    const alert = await this.alerts.findOne(
      { emergency: subject.id, helper: user, status: { $in: UNACKNOWLEDGED } },
      { attempt: 1 },
    );
    return alert !== null && alert.attempt === params.attempt;
  }
}
