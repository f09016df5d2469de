import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Document } from 'mongodb';
import { type Model, Types } from 'mongoose';
import { moveStatus } from '../../../common/state-machine/move-status';
import { Clock } from '../../../common/time/clock';
import { Ledger } from '../ledger';
import { PaymentEvents } from '../payment-events';
import { PaymentSubjects } from '../payment-subjects';
import { paymentMachine } from '../payment.transitions';
import type { ProviderRefund } from '../providers/payment-provider';
import { Payment } from '../schemas/payment.schema';
import { Refund } from '../schemas/refund.schema';

/** What the provider said of a refund of ours; without an id where it made none. */
export interface RefundAnswer extends Pick<ProviderRefund, 'status'> {
  providerRefundId: string | null;
}

/** Money that the provider says it gave back without having been asked by us. */
export interface DeskRefund {
  providerRefundId: string;
  /** Null: all that is left. */
  amountMinor: number | null;
}

/** Writes what became of refunds: of ours, and of those at the provider's own desk. Inside the caller's transaction. */
@Injectable()
export class RefundSettlement {
  private readonly logger = new Logger(RefundSettlement.name);

  constructor(
    @InjectModel(Payment.name) private readonly payments: Model<Payment>,
    @InjectModel(Refund.name) private readonly refunds: Model<Refund>,
    private readonly ledger: Ledger,
    private readonly events: PaymentEvents,
    private readonly subjects: PaymentSubjects,
    private readonly clock: Clock,
  ) {}

  /**
   * What the provider answered, or told later, of a refund of ours. Told again it changes nothing.
   *
   * @param payment as `PaymentsService.hold` gave it.
   * @returns whether anything changed.
   */
  async settle(
    session: ClientSession,
    payment: Payment,
    refundId: Types.ObjectId,
    { status, providerRefundId }: RefundAnswer,
  ): Promise<boolean> {
    const at = this.clock.now();
    const ended = status !== 'pending';
    // From now on webhooks tell: to ask again, long after, might be taken for another refund.
    const refund = (await this.refunds.collection.findOneAndUpdate(
      { _id: refundId, payment: payment._id, status: 'pending' },
      { $set: { status, providerRefundId, nextAt: null, ...(ended ? { settledAt: at } : {}) } },
      { session, returnDocument: 'after' },
    )) as Refund | null;
    if (!refund || !ended) return false;
    const { amountMinor } = refund;
    if (status === 'succeeded') await this.giveBack(session, payment, refund, amountMinor);
    else await this.release(session, payment, amountMinor);
    return true;
  }

  /**
   * A refund that was made at the provider's own desk. One of more than is left is not believed.
   *
   * @param payment as `PaymentsService.hold` gave it, its money recorded.
   * @returns whether anything changed.
   */
  async recordDesk(
    session: ClientSession,
    payment: Payment,
    { providerRefundId, amountMinor }: DeskRefund,
  ): Promise<boolean> {
    const { provider, currency } = payment;
    const known = await this.refunds.collection.findOne(
      { provider, providerRefundId: { $eq: providerRefundId, $type: 'string' } },
      { session, projection: { _id: 1 } },
    );
    if (known) return false;
    const left = payment.capturedMinor - payment.refundedMinor;
    const amount = amountMinor ?? left;
    if (amount <= 0 || amount > left) {
      this.logger.error(
        `${provider} tells of a refund of ${amount} of payment ${payment._id.toHexString()}, of which ${left} are left`,
      );
      return false;
    }
    const at = this.clock.now();
    const refund: Refund = {
      _id: new Types.ObjectId(),
      payment: payment._id,
      amountMinor: amount,
      currency,
      status: 'succeeded',
      cause: 'provider',
      reason: null,
      requestedBy: null,
      provider,
      providerRefundId,
      nextAt: null,
      attempts: 0,
      createdAt: at,
      settledAt: at,
    };
    await this.refunds.collection.insertOne(refund, { session });
    await this.giveBack(session, payment, refund, 0);
    return true;
  }

  /** @param reserved how much of it was set aside before. */
  private async giveBack(
    session: ClientSession,
    { _id, purpose, status, capturedMinor, refundedMinor, refundingMinor, currency }: Payment,
    { _id: refundId, amountMinor }: Refund,
    reserved: number,
  ): Promise<void> {
    const refunded = refundedMinor + amountMinor;
    const all = refunded === capturedMinor;
    const set = { refundedMinor: refunded, refundingMinor: refundingMinor - reserved };
    // What failed or was cancelled stays so, whatever came and went after that.
    const ended = status === 'failed' || status === 'cancelled';
    const after = ended
      ? await this.change(session, _id, set)
      : await this.move(session, _id, all, set);
    await this.ledger.append(session, {
      key: `refund:${refundId.toHexString()}`,
      payment: _id,
      kind: 'refund',
      amountMinor: -amountMinor,
      currency,
      at: this.clock.now(),
    });
    await this.events.append(
      session,
      after,
      all ? 'payment.refunded' : 'payment.partially_refunded',
    );
    if (all && !ended) await this.subjects.of(purpose).refunded(session, after);
  }

  private async move(
    session: ClientSession,
    id: Types.ObjectId,
    all: boolean,
    set: Document,
  ): Promise<Payment> {
    const transition = all ? 'refundAll' : 'refundPart';
    const before = await moveStatus(this.payments, session, paymentMachine, transition, {
      id,
      set: { ...set, ...(all ? { holds: false } : {}) },
    });
    if (!before) throw new Error(`Payment ${id.toHexString()} has nothing to be given back.`);
    return { ...before, ...set, seq: before.seq + 1 };
  }

  private async release(
    session: ClientSession,
    { _id, refundingMinor }: Payment,
    amountMinor: number,
  ): Promise<void> {
    // An admin has to look: the payer waits for the money.
    this.logger.error(`The refund of ${amountMinor} of payment ${_id.toHexString()} has failed`);
    const after = await this.change(session, _id, { refundingMinor: refundingMinor - amountMinor });
    await this.events.append(session, after, 'payment.refund_failed');
  }

  private async change(
    session: ClientSession,
    id: Types.ObjectId,
    set: Document,
  ): Promise<Payment> {
    const after = (await this.payments.collection.findOneAndUpdate(
      { _id: id },
      { $set: set, $inc: { seq: 1 } },
      { session, returnDocument: 'after' },
    )) as Payment | null;
    if (!after) throw new Error('A payment stays.');
    return after;
  }
}
