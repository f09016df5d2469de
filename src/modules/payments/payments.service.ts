import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Document } from 'mongodb';
import { type Model, Types } from 'mongoose';
import { duplicateKeyIndex } from '../../common/database/duplicate-key';
import { DomainError } from '../../common/errors/domain-error';
import type { Money } from '../../common/money/money.dto';
import { moveStatus } from '../../common/state-machine/move-status';
import { Clock } from '../../common/time/clock';
import { Ledger } from './ledger';
import { PaymentEvents, type PaymentEventType } from './payment-events';
import { PaymentSubjects } from './payment-subjects';
import { paymentMachine, type PaymentTransition } from './payment.transitions';
import type { ProviderIntentStatus, ProviderName } from './providers/payment-provider';
import { RefundRequests } from './refunds/refund-requests';
import {
  ONE_PAYMENT_INDEX,
  Payment,
  type PaymentPurpose,
  type PaymentSubjectRef,
} from './schemas/payment.schema';

export interface NewPayment {
  /** Chosen by the caller where the provider's metadata must name it before. */
  id?: Types.ObjectId;
  payer: Types.ObjectId;
  purpose: PaymentPurpose;
  subject: PaymentSubjectRef;
  basis?: Types.ObjectId | null;
  price: Money;
  provider: ProviderName;
  /** Where the provider has told it already, as of a renewal. */
  providerId?: string | null;
  /** Keeps out a second unfinished or paid payment of the same purpose and subject. */
  exclusive: boolean;
  /** When PaymentSweeper looks after it; null where somebody else does, as for subscriptions. */
  nextAt: Date | null;
  /** When PaymentSweeper gives it up; null: never. */
  expiresAt: Date | null;
}

/** What a change needs beside the transition. */
interface Settlement {
  payment: Payment;
  transition: PaymentTransition;
  type: PaymentEventType;
  set?: Document;
}

/**
 * The only writer of payments, inside the caller's transaction. Whatever changes a payment goes through `hold` first, which
 * writes: of two changes of one payment the second begins when the first has committed, so none of them overlooks another.
 * Each change writes the payment, its ledger entries, its event and what it means to its subject together.
 *
 * The way of a payment: `open` (in a transaction) → call the provider (in none, with an idempotency key made of the payment's
 * id) → `recordProviderId` and `apply` what it answered (in a transaction). A webhook `apply`s too, before or after.
 */
@Injectable()
export class PaymentsService {
  constructor(
    @InjectModel(Payment.name) private readonly payments: Model<Payment>,
    private readonly ledger: Ledger,
    private readonly events: PaymentEvents,
    private readonly subjects: PaymentSubjects,
    private readonly refunds: RefundRequests,
    private readonly clock: Clock,
  ) {}

  /**
   * Writes a pending payment. The provider knows nothing of it yet.
   *
   * @throws DomainError CONFLICT (details: paymentId, status) where an exclusive one of this purpose and subject is
   * unfinished or paid. A race is settled by the unique index: whoever loses runs again as a transaction, or gets its
   * duplicate key, which `oneAtATime` translates.
   */
  async open(session: ClientSession, fields: NewPayment): Promise<Payment> {
    const { id, payer, purpose, subject, basis = null, price, provider, exclusive } = fields;
    if (exclusive) await this.refuseSecond(session, purpose, subject.id);
    const payment: Payment = {
      _id: id ?? new Types.ObjectId(),
      payer,
      purpose,
      subject,
      basis,
      status: paymentMachine.initial,
      amountMinor: price.amountMinor,
      currency: price.currency,
      capturedMinor: 0,
      refundedMinor: 0,
      refundingMinor: 0,
      provider,
      providerId: fields.providerId ?? null,
      exclusive,
      holds: exclusive,
      seq: 1,
      revision: 0,
      cancelRequestedAt: null,
      nextAt: fields.nextAt,
      attempts: 0,
      createdAt: this.clock.now(),
      expiresAt: fields.expiresAt,
      capturedAt: null,
      endedAt: null,
    };
    await this.payments.collection.insertOne(payment, { session });
    await this.events.append(session, payment, 'payment.created');
    return payment;
  }

  /** Takes hold of a payment until the transaction ends. @returns it as it is, or null where there is none. */
  async hold(session: ClientSession, id: Types.ObjectId): Promise<Payment | null> {
    return (await this.payments.collection.findOneAndUpdate(
      { _id: id },
      { $inc: { revision: 1 } },
      { session, returnDocument: 'after' },
    )) as Payment | null;
  }

  /** As `hold`, by what the provider calls it. */
  async holdByProviderId(
    session: ClientSession,
    provider: ProviderName,
    providerId: string,
  ): Promise<Payment | null> {
    return (await this.payments.collection.findOneAndUpdate(
      { provider, providerId },
      { $inc: { revision: 1 } },
      { session, returnDocument: 'after' },
    )) as Payment | null;
  }

  /** What the provider calls it. A second answer of the same call says the same. */
  async recordProviderId(
    session: ClientSession,
    { _id }: Payment,
    providerId: string,
    nextAt: Date | null,
  ): Promise<void> {
    await this.payments.collection.updateOne(
      { _id, providerId: null },
      { $set: { providerId, nextAt, attempts: 0 } },
      { session },
    );
  }

  /**
   * What the provider says of the money. In any order and any number of times: what is told again, or was overtaken, changes
   * nothing. A success after failed or cancelled is recorded and given back.
   *
   * @param payment as `hold` gave it.
   * @returns whether anything changed.
   */
  async apply(
    session: ClientSession,
    payment: Payment,
    status: ProviderIntentStatus,
  ): Promise<boolean> {
    switch (status) {
      case 'pending':
        return false;
      case 'processing':
        return this.settle(session, { payment, transition: 'process', type: 'payment.processing' });
      case 'succeeded':
        return this.capture(session, payment);
      case 'failed':
        return this.end(session, { payment, transition: 'fail', type: 'payment.failed' });
      case 'cancelled':
        return this.end(session, { payment, transition: 'cancel', type: 'payment.cancelled' });
    }
  }

  private async end(session: ClientSession, settlement: Settlement): Promise<boolean> {
    const set = { endedAt: this.clock.now(), holds: false, nextAt: null };
    if (!(await this.settle(session, { ...settlement, set }))) return false;
    const { payment } = settlement;
    await this.subjects.of(payment.purpose).unpaid?.(session, payment);
    return true;
  }

  private async capture(session: ClientSession, payment: Payment): Promise<boolean> {
    if (payment.capturedMinor > 0) return false;
    const at = this.clock.now();
    const set = { capturedMinor: payment.amountMinor, capturedAt: at, nextAt: null };
    const inTime = await this.settle(session, {
      payment,
      transition: 'succeed',
      type: 'payment.succeeded',
      set,
    });
    if (!inTime) await this.captureLate(session, payment, set);
    await this.ledger.append(session, {
      key: `charge:${payment._id.toHexString()}`,
      payment: payment._id,
      kind: 'charge',
      amountMinor: payment.amountMinor,
      currency: payment.currency,
      at,
    });
    const wanted =
      inTime && (await this.subjects.of(payment.purpose).paid(session, { ...payment, ...set }));
    if (!wanted) {
      await this.refunds.byItself(session, payment, inTime ? 'not_available' : 'late_success');
    }
    return true;
  }

  private async captureLate(
    session: ClientSession,
    payment: Payment,
    set: Document,
  ): Promise<void> {
    await this.payments.collection.updateOne(
      { _id: payment._id },
      { $set: set, $inc: { seq: 1 } },
      { session },
    );
    await this.events.append(
      session,
      { ...payment, seq: payment.seq + 1 },
      'payment.succeeded_late',
    );
  }

  /** @returns false where the state machine has no such arrow from where it stands. */
  private async settle(
    session: ClientSession,
    { payment, transition, type, set = {} }: Settlement,
  ): Promise<boolean> {
    const before = await moveStatus(this.payments, session, paymentMachine, transition, {
      id: payment._id,
      set,
    });
    if (!before) return false;
    await this.events.append(session, { ...before, seq: before.seq + 1 }, type);
    return true;
  }

  private async refuseSecond(
    session: ClientSession,
    purpose: PaymentPurpose,
    subject: Types.ObjectId,
  ): Promise<void> {
    const first = await this.payments.collection.findOne(
      { purpose, 'subject.id': subject, holds: true },
      { session, projection: { status: 1 } },
    );
    if (first) throw alreadyPaid({ paymentId: first._id.toHexString(), status: first.status });
  }
}

/** Translates what the unique index says to the loser of a race. */
export async function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (duplicateKeyIndex(error) === ONE_PAYMENT_INDEX) throw alreadyPaid();
    throw error;
  }
}

function alreadyPaid(details?: { paymentId: string; status: unknown }): DomainError {
  return new DomainError(
    'CONFLICT',
    'This is paid already, or a payment for it is under way. See GET /payments; an unfinished one can be cancelled.',
    details,
  );
}
