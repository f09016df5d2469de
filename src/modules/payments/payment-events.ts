import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongodb';
import { Clock } from '../../common/time/clock';
import { EventLog } from '../events/event-log';
import { SYSTEM } from '../events/schemas/event.schema';
import type { Payment } from './schemas/payment.schema';

export type PaymentEventType =
  | 'payment.created'
  | 'payment.processing'
  | 'payment.succeeded'
  | 'payment.failed'
  | 'payment.cancelled'
  /** The money came after the payment had failed or was cancelled: it goes back by itself. */
  | 'payment.succeeded_late'
  | 'payment.refund_requested'
  | 'payment.refund_failed'
  | 'payment.partially_refunded'
  | 'payment.refunded';

/** The timeline of a payment, for its payer: ids and states alone. */
@Injectable()
export class PaymentEvents {
  constructor(
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  /** @param payment as it is after the change, whose number its `seq` is. */
  async append(
    session: ClientSession,
    { _id, seq, payer, subject }: Pick<Payment, '_id' | 'seq' | 'payer' | 'subject'>,
    type: PaymentEventType,
  ): Promise<void> {
    await this.log.append(session, [
      {
        kind: 'payment',
        subject: _id,
        seq,
        type,
        actor: type === 'payment.created' ? { id: payer, role: 'owner' } : SYSTEM,
        at: this.clock.now(),
        audience: { room: false, users: [payer] },
        data: { subject: subject.id },
      },
    ]);
  }
}
