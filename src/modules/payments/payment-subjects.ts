import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongodb';
import type { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import type { Money } from '../../common/money/money.dto';
import type { Payment, PaymentPurpose } from './schemas/payment.schema';

export interface Quote {
  price: Money;
  /** What the price stands on where that may change until it is paid: given back in `Payment.basis`. */
  basis: Types.ObjectId | null;
}

/**
 * What a module lets be paid for. All of it but `quote` runs inside the transaction that changes the payment, and may run
 * again with it: neither is there without the other.
 */
export interface PayableSubject {
  /**
   * What it costs now. Absent where nobody pays by POST /payments/intents.
   *
   * @throws DomainError NOT_FOUND for who may not pay, as for what does not exist; INVALID_TRANSITION or CONFLICT where it is
   * not to be paid now.
   */
  quote?(actor: Actor, id: Types.ObjectId): Promise<Quote>;

  /**
   * The money has come.
   *
   * @returns false where it cannot be had any more, or not for this price: the payment is given back by itself.
   */
  paid(session: ClientSession, payment: Payment): Promise<boolean>;

  /** The payment failed or was cancelled. */
  unpaid?(session: ClientSession, payment: Payment): Promise<void>;

  /** All of it was given back. */
  refunded(session: ClientSession, payment: Payment): Promise<void>;
}

/**
 * What can be paid for. Each module registers its own things in `onModuleInit`, so that payments know no domain.
 */
@Injectable()
export class PaymentSubjects {
  private readonly subjects = new Map<PaymentPurpose, PayableSubject>();

  register(purpose: PaymentPurpose, subject: PayableSubject): void {
    this.subjects.set(purpose, subject);
  }

  /** @throws Error where no module registered the purpose: a mistake of ours. */
  of(purpose: PaymentPurpose): PayableSubject {
    const subject = this.subjects.get(purpose);
    if (!subject) throw new Error(`No module lets ${purpose} be paid.`);
    return subject;
  }
}
