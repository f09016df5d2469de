import { Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import { DeliveryRecords } from '../../notifications/deliveries/delivery-records';
import type { Delivery } from '../../notifications/schemas/delivery.schema';
import { ALARM, ALL_CLEAR } from '../contact-jobs';
import type { AlertAttemptDto, ContactAttemptDto } from '../dto/alert.view.dto';
import type { Alert } from '../schemas/alert.schema';
import { ALERT_NOTICE } from './alert-escalation';

/** Reads how alerts were taken beyond the socket. */
@Injectable()
export class AlertAttempts {
  constructor(private readonly records: DeliveryRecords) {}

  /** Of one emergency. What is shown names nobody and no address: who was asked is not told before they accept. */
  async of(emergency: Types.ObjectId): Promise<(alert: Alert) => AlertAttemptDto[]> {
    const messages = await this.records.about(emergency, ALERT_NOTICE);
    return ({ helper }) => messages.filter(({ user }) => user?.equals(helper)).map(attemptView);
  }

  /** What went to the requester's emergency contacts, the oldest first; neither who they are nor where they are reached. */
  async toContacts(emergency: Types.ObjectId): Promise<ContactAttemptDto[]> {
    const messages = [
      ...(await this.records.about(emergency, ALARM)),
      ...(await this.records.about(emergency, ALL_CLEAR)),
    ];
    return messages.map((message) => ({
      about: message.kind === ALARM ? 'alarm' : 'all_clear',
      ...attemptView(message),
    }));
  }
}

function attemptView({ channel, status, createdAt, endedAt, log }: Delivery): AlertAttemptDto {
  return {
    channel,
    status,
    at: (endedAt ?? log.at(-1)?.at ?? createdAt).toISOString(),
  };
}
