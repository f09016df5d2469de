import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Document } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { moveStatus } from '../../../common/state-machine/move-status';
import { Clock } from '../../../common/time/clock';
import { Ledger } from '../ledger';
import { PaymentEvents } from '../payment-events';
import { PaymentSubjects } from '../payment-subjects';
import { paymentMachine } from '../payment.transitions';
import { Payment } from '../schemas/payment.schema';
import type { Refund } from '../schemas/refund.schema';

/** What a refund means to its payment: its sums, its status, the ledger and its event, inside the caller's transaction. */
@Injectable()
export class RefundBooks {
  private readonly logger = new Logger(RefundBooks.name);

  constructor(
    @InjectModel(Payment.name) private readonly payments: Model<Payment>,
    private readonly ledger: Ledger,
    private readonly events: PaymentEvents,
    private readonly subjects: PaymentSubjects,
    private readonly clock: Clock,
  ) {}

  /** Whether so much of a payment can have been given back; what the provider tells beyond that is not believed. */
  isLeft({ _id, provider, capturedMinor, refundedMinor }: Payment, amountMinor: number): boolean {
    const left = capturedMinor - refundedMinor;
    if (amountMinor > 0 && amountMinor <= left) return true;
    this.logger.error(
      `${provider} tells of a refund of ${amountMinor} of payment ${_id.toHexString()}, of which ${left} are left`,
    );
    return false;
  }

  /**
   * The money is with the payer.
   *
   * @param reserved how much of it was set aside before.
   */
  async giveBack(
    session: ClientSession,
    { _id, purpose, status, capturedMinor, refundedMinor, refundingMinor, currency }: Payment,
    { _id: refundId, amountMinor }: Refund,
    reserved: number,
  ): Promise<void> {
    const refunded = refundedMinor + amountMinor;
    const all = refunded === capturedMinor;
    const set = { refundedMinor: refunded, refundingMinor: refundingMinor - reserved };
    // What failed, was cancelled or given back stays so, whatever came and went after that.
    const ended = paymentMachine.terminal.includes(status);
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

  /** The money is with the platform again. The status stays: what follows from having been given back has followed. */
  async takeBack(
    session: ClientSession,
    { _id, refundedMinor, currency }: Payment,
    { _id: refundId, amountMinor }: Refund,
  ): Promise<void> {
    const id = _id.toHexString();
    // An admin has to look: the payer waits for the money.
    this.logger.error(`The refund of ${amountMinor} of payment ${id} came back: it has failed`);
    const after = await this.change(session, _id, { refundedMinor: refundedMinor - amountMinor });
    await this.ledger.append(session, {
      key: `refund_failed:${refundId.toHexString()}`,
      payment: _id,
      kind: 'refund_failed',
      amountMinor,
      currency,
      at: this.clock.now(),
    });
    await this.events.append(session, after, 'payment.refund_failed');
  }

  /** It came to nothing: what was set aside is there again. */
  async release(
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
