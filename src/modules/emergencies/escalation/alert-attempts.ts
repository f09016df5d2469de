import { Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import { DeliveryRecords } from '../../notifications/deliveries/delivery-records';
import type { AlertAttemptDto } from '../dto/emergency.view.dto';
import type { Alert } from '../schemas/alert.schema';
import { ALERT_NOTICE } from './alert-escalation';

/** Reads how alerts were taken beyond the socket. */
@Injectable()
export class AlertAttempts {
  constructor(private readonly records: DeliveryRecords) {}

  /** Of one emergency. What is shown names nobody and no address: who was asked is not told before they accept. */
  async of(emergency: Types.ObjectId): Promise<(alert: Alert) => AlertAttemptDto[]> {
    const messages = await this.records.about(emergency, ALERT_NOTICE);
    return ({ helper }) =>
      messages
        .filter(({ user }) => user?.equals(helper))
        .map(({ channel, status, createdAt, endedAt, log }) => ({
          channel,
          status,
          at: (endedAt ?? log.at(-1)?.at ?? createdAt).toISOString(),
        }));
  }
}
