import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongodb';
import { Types } from 'mongoose';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { Clock, HOUR, later } from '../../../common/time/clock';
import { ALARM, ALL_CLEAR, type ContactJob, ContactJobs } from '../../emergencies/contact-jobs';
import type { ChannelName } from '../../notifications/channels/channel';
import { Channels } from '../../notifications/channels/channels';
import { DeliveryQueue, type NewDelivery } from '../../notifications/deliveries/delivery-queue';
import { DeliveryRecords } from '../../notifications/deliveries/delivery-records';
import { ContactPoints } from '../../users/contact-points';
import { LINK_OUTLIVES_THE_END_MS } from '../tracking.service';
import { ContactLimits } from './contact-limits';
import { messageKey } from './contact-messages';

/** An alarm that comes later than this would be about what is long over. */
const ALARM_WORTH_MS = HOUR;

/** Puts what emergency contacts are to be told into the outbox. */
@Injectable()
export class ContactNotices {
  constructor(
    private readonly jobs: ContactJobs,
    private readonly limits: ContactLimits,
    private readonly people: ContactPoints,
    private readonly channels: Channels,
    private readonly queue: DeliveryQueue,
    private readonly records: DeliveryRecords,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /** Does one job; nothing where another node did it. */
  async run(due: Pick<ContactJob, '_id' | 'contactsAt'>): Promise<void> {
    await this.transactions.run(
      async (session) => {
        const job = await this.jobs.take(session, due);
        if (!job) return;
        if (job.live) await this.alarm(session, job);
        else if (job.contactsToldAt) await this.allClear(session, job);
      },
      { about: due._id.toHexString() },
    );
  }

  private async alarm(session: ClientSession, { _id, requester }: ContactJob): Promise<void> {
    const owner = await this.people.ownContacts(requester, session);
    if (!owner) return;
    const mayTell = await this.limits.of(session, requester);
    const rows: NewDelivery[] = [];
    const expiresAt = later(this.clock.now(), ALARM_WORTH_MS);
    // One after another: operations of a transaction must not run at once.
    for (const { _id: contact, email, phone } of owner.contacts) {
      for (const [channel, address] of [
        ['email', email],
        ['sms', phone],
      ] as const) {
        if (!address || !this.channels.get(channel)) continue;
        if (!(await mayTell({ contact, address }))) continue;
        rows.push(message(ALARM, { emergency: _id, requester, contact, channel, expiresAt }));
      }
    }
    if (rows.length === 0) return;
    await this.queue.add(session, rows);
    await this.jobs.told(session, _id);
  }

  /** To whom the alarm went, or is going. */
  private async allClear(session: ClientSession, { _id, requester }: ContactJob): Promise<void> {
    const alarms = await this.records.about(_id, ALARM, session);
    const expiresAt = later(this.clock.now(), LINK_OUTLIVES_THE_END_MS);
    const rows = alarms
      .filter(({ status }) => status === 'sent' || status === 'pending')
      .map(({ channel, params }) =>
        message(ALL_CLEAR, {
          emergency: _id,
          requester,
          contact: params.contact as Types.ObjectId,
          channel,
          expiresAt,
        }),
      );
    await this.queue.add(session, rows);
  }
}

interface ToContact {
  emergency: Types.ObjectId;
  requester: Types.ObjectId;
  contact: Types.ObjectId;
  channel: ChannelName;
  expiresAt: Date;
}

/** It is the requester's: when they are erased it goes. */
function message(
  kind: string,
  { emergency, requester, contact, channel, expiresAt }: ToContact,
): NewDelivery {
  return {
    key: messageKey(kind, emergency, contact, channel),
    channel,
    user: requester,
    kind,
    subject: { kind: 'emergency', id: emergency },
    params: { contact },
    urgent: true,
    expiresAt,
  };
}
