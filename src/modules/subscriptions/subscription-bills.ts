import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ClientSession } from 'mongodb';
import { Types } from 'mongoose';
import { invalidField } from '../../common/errors/domain-error';
import { type PayableSubject, PaymentSubjects } from '../payments/payment-subjects';
import { PaymentsService } from '../payments/payments.service';
import type { ProviderBill } from '../payments/providers/payment-provider';
import type { Payment } from '../payments/schemas/payment.schema';
import type { Subscription } from './schemas/subscription.schema';
import { SubscriptionMoves } from './subscription-moves';

/** The payments of subscriptions, and what they mean to them. All of it inside the transaction of the payment. */
@Injectable()
export class SubscriptionBills implements PayableSubject, OnModuleInit {
  constructor(
    private readonly subjects: PaymentSubjects,
    private readonly payments: PaymentsService,
    private readonly moves: SubscriptionMoves,
  ) {}

  onModuleInit(): void {
    this.subjects.register('subscription', this);
  }

  /**
   * The first payment makes the subscription active. What is paid for one that has ended is given back by itself, unless it
   * was due before the end (`paidBy`).
   */
  async paid(session: ClientSession, { _id, subject }: Payment): Promise<boolean> {
    const held = await this.moves.hold(session, subject.id);
    if (!held) return false;
    if (held.status === 'incomplete' && held.firstPayment.equals(_id)) {
      await this.moves.activate(session, held);
      return true;
    }
    return held.open || held.paidBy.some((id) => id.equals(_id));
  }

  /** A first payment that failed ends the subscription: another can be begun at once. */
  async unpaid(session: ClientSession, { _id, subject }: Payment): Promise<void> {
    const held = await this.moves.hold(session, subject.id);
    if (held?.status !== 'incomplete' || !held.firstPayment.equals(_id)) return;
    // The provider would let the payer try again.
    await this.moves.end(session, held, { reason: 'payment_failed', providerTold: false });
  }

  /** What the period that runs was paid with was given back, all of it: then nothing is paid any more. */
  async refunded(session: ClientSession, { _id, subject }: Payment): Promise<void> {
    const held = await this.moves.hold(session, subject.id);
    if (!held?.open || !held.paidBy.some((id) => id.equals(_id))) return;
    await this.moves.end(session, held, { reason: 'refunded', providerTold: false });
  }

  /**
   * Writes a bill that was paid, once: news of it may come several times.
   *
   * @param due it counts although the subscription has ended since.
   * @returns its payment; null where no money moved, as when a credit paid it.
   */
  async recordPaid(
    session: ClientSession,
    held: Subscription,
    bill: ProviderBill,
    due: boolean,
  ): Promise<Types.ObjectId | null> {
    const payment = await this.recordOpen(session, held, bill);
    if (!payment) return null;
    if (due && !held.open) {
      await this.moves.note(session, held, { paidBy: [...held.paidBy, payment._id] });
    }
    await this.payments.apply(session, payment, 'succeeded');
    return payment._id;
  }

  /** Writes a bill that waits for its payment, or finds it. @returns it, held; null where nothing is to be paid. */
  async recordOpen(
    session: ClientSession,
    { _id, payer, provider }: Subscription,
    { providerId, invoiceId, amount }: ProviderBill,
  ): Promise<Payment | null> {
    if (amount.amountMinor === 0) return null;
    const name = providerId ?? invoiceId;
    const known = await this.payments.holdByProviderId(session, provider, name);
    // A bill that is another's can only be a mistake; it must not count as paid, nor be forgotten.
    if (known && !known.subject.id.equals(_id)) {
      throw invalidField('data.invoiceId', 'invoiceId is that of another bill');
    }
    if (known) return known;
    const { _id: id } = await this.payments.open(session, {
      payer,
      purpose: 'subscription',
      subject: { kind: 'subscription', id: _id },
      price: amount,
      provider,
      providerId: name,
      exclusive: false,
      nextAt: null,
      expiresAt: null,
    });
    return this.payments.hold(session, id);
  }
}
