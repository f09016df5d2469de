import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import { Clock } from '../../../common/time/clock';
import type { ProviderRefund } from '../providers/payment-provider';
import type { Payment } from '../schemas/payment.schema';
import { Refund } from '../schemas/refund.schema';
import { RefundBooks } from './refund-books';

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
  constructor(
    @InjectModel(Refund.name) private readonly refunds: Model<Refund>,
    private readonly books: RefundBooks,
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
    if (!refund) return this.correct(session, payment, refundId, { status, providerRefundId });
    if (!ended) return false;
    const { amountMinor } = refund;
    if (status === 'succeeded') await this.books.giveBack(session, payment, refund, amountMinor);
    else await this.books.release(session, payment, amountMinor);
    return true;
  }

  /**
   * News that what was settled did not stay so: money that was given back came back from the payer's bank, or what the provider
   * had refused (under no id) was made by a call before. What failed under an id of the provider's has failed for good.
   */
  private async correct(
    session: ClientSession,
    payment: Payment,
    refundId: Types.ObjectId,
    { status, providerRefundId }: RefundAnswer,
  ): Promise<boolean> {
    if (status === 'pending' || providerRefundId === null) return false;
    const refund = (await this.refunds.collection.findOne(
      {
        _id: refundId,
        payment: payment._id,
        ...(status === 'failed'
          ? { status: 'succeeded', providerRefundId }
          : { status: 'failed', providerRefundId: null }),
      },
      { session },
    )) as Refund | null;
    if (!refund) return false;
    if (status === 'succeeded' && !this.books.isLeft(payment, refund.amountMinor)) return false;
    await this.refunds.collection.updateOne(
      { _id: refundId },
      { $set: { status, providerRefundId, settledAt: this.clock.now() } },
      { session },
    );
    if (status === 'succeeded') await this.books.giveBack(session, payment, refund, 0);
    else await this.books.takeBack(session, payment, refund);
    return true;
  }

  /**
   * A refund that was made at the provider's own desk, and never came to anything. News that it succeeded may come after
   * this, and be old.
   *
   * @param payment as `PaymentsService.hold` gave it.
   * @returns whether anything changed.
   */
  async recordDeskFailure(
    session: ClientSession,
    payment: Payment,
    { providerRefundId, amountMinor }: DeskRefund,
  ): Promise<boolean> {
    const known = await this.knownAs(session, payment, providerRefundId);
    if (known) {
      return this.correct(session, payment, known, { status: 'failed', providerRefundId });
    }
    await this.refunds.collection.insertOne(
      this.deskRefund(payment, { providerRefundId, amountMinor: amountMinor ?? 0 }, 'failed'),
      { session },
    );
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
    if (await this.knownAs(session, payment, providerRefundId)) return false;
    const amount = amountMinor ?? payment.capturedMinor - payment.refundedMinor;
    if (!this.books.isLeft(payment, amount)) return false;
    const told = { providerRefundId, amountMinor: amount };
    const refund = this.deskRefund(payment, told, 'succeeded');
    await this.refunds.collection.insertOne(refund, { session });
    await this.books.giveBack(session, payment, refund, 0);
    return true;
  }

  /** Our id of what the provider calls so; null where we have not heard of it. */
  private async knownAs(
    session: ClientSession,
    { provider }: Payment,
    providerRefundId: string,
  ): Promise<Types.ObjectId | null> {
    const known = await this.refunds.collection.findOne(
      { provider, providerRefundId: { $eq: providerRefundId, $type: 'string' } },
      { session, projection: { _id: 1 } },
    );
    return known && known._id;
  }

  private deskRefund(
    { _id: payment, provider, currency }: Payment,
    { providerRefundId, amountMinor }: DeskRefund & { amountMinor: number },
    status: 'succeeded' | 'failed',
  ): Refund {
    const at = this.clock.now();
    return {
      _id: new Types.ObjectId(),
      payment,
      amountMinor,
      currency,
      status,
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
  }
}
