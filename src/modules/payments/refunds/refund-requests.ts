import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import { Clock } from '../../../common/time/clock';
import { PaymentEvents } from '../payment-events';
import { Payment } from '../schemas/payment.schema';
import { Refund, type RefundCause } from '../schemas/refund.schema';

export interface NewRefund {
  amountMinor: number;
  cause: RefundCause;
  reason?: string | null;
  requestedBy?: Types.ObjectId | null;
  /** When the sweeper asks the provider, unless somebody did before. */
  nextAt: Date;
}

/** Writes that money is to be given back; the provider is asked after that. */
@Injectable()
export class RefundRequests {
  constructor(
    @InjectModel(Payment.name) private readonly payments: Model<Payment>,
    @InjectModel(Refund.name) private readonly refunds: Model<Refund>,
    private readonly events: PaymentEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * Sets a part of a payment aside, so that another refund cannot give it back too. The database decides: the filter holds
   * that there is enough left.
   *
   * @returns null where less is left than that.
   */
  async request(
    session: ClientSession,
    { _id: payment, currency, provider }: Pick<Payment, '_id' | 'currency' | 'provider'>,
    { amountMinor, cause, reason = null, requestedBy = null, nextAt }: NewRefund,
  ): Promise<Refund | null> {
    const spoken = { $add: ['$refundedMinor', '$refundingMinor', amountMinor] };
    const after = (await this.payments.collection.findOneAndUpdate(
      { _id: payment, $expr: { $lte: [spoken, '$capturedMinor'] } },
      { $inc: { refundingMinor: amountMinor, seq: 1 } },
      { session, returnDocument: 'after' },
    )) as Payment | null;
    if (!after) return null;
    const refund: Refund = {
      _id: new Types.ObjectId(),
      payment,
      amountMinor,
      currency,
      status: 'pending',
      cause,
      reason,
      requestedBy,
      provider,
      providerRefundId: null,
      nextAt,
      attempts: 0,
      createdAt: this.clock.now(),
      settledAt: null,
    };
    await this.refunds.collection.insertOne(refund, { session });
    await this.events.append(session, after, 'payment.refund_requested');
    return refund;
  }

  /**
   * All that is left of a payment, because what was paid for is not to be had any more. For the modules whose things are paid,
   * in the transaction in which theirs ends. The sweeper asks the provider.
   */
  async returnAll(session: ClientSession, id: Types.ObjectId): Promise<void> {
    const payment = (await this.payments.collection.findOne(
      { _id: id },
      { session },
    )) as Payment | null;
    if (!payment) return;
    const amountMinor = payment.capturedMinor - payment.refundedMinor - payment.refundingMinor;
    if (amountMinor === 0) return;
    const nextAt = this.clock.now();
    await this.request(session, payment, { amountMinor, cause: 'not_available', nextAt });
  }

  /** All of a payment that should not have come: the sweeper gives it back within a second or so. */
  async byItself(
    session: ClientSession,
    payment: Payment,
    cause: 'late_success' | 'not_available',
  ): Promise<void> {
    const { amountMinor } = payment;
    const nextAt = this.clock.now();
    const refund = await this.request(session, payment, { amountMinor, cause, nextAt });
    if (!refund) throw new Error('What has just come can be given back.');
  }
}
