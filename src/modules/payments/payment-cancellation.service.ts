import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError } from '../../common/errors/domain-error';
import type { Completion } from '../../common/idempotency/idempotent.decorator';
import { Clock, later } from '../../common/time/clock';
import type { PaymentDto } from './dto/payment.view.dto';
import { type KeptPayment, PaymentIntentsService } from './payment-intents.service';
import { ABANDONED_AFTER_MS } from './payment.rules';
import { PaymentQueries } from './payment.queries';
import { UNFINISHED } from './payment.transitions';
import { paymentView } from './payment.view';
import { ProviderUnavailableError } from './providers/payment-provider';
import { PaymentProviders, providerAway } from './providers/payment-providers';
import { Payment } from './schemas/payment.schema';

/** Gives unfinished payments up: by their payer, and by the system when their time is over. */
@Injectable()
export class PaymentCancellationService implements Completion {
  constructor(
    @InjectModel(Payment.name) private readonly payments: Model<Payment>,
    private readonly intents: PaymentIntentsService,
    private readonly queries: PaymentQueries,
    private readonly providers: PaymentProviders,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /**
   * Writes that the payer gives it up; `complete` does the rest.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for an admin, CONFLICT (details: subscriptionId) for a bill of a
   * subscription, which the provider stops with that alone; INVALID_TRANSITION for one that is finished.
   */
  async request(actor: Actor, id: Types.ObjectId): Promise<KeptPayment> {
    const seen = await this.queries.see(actor, id);
    if (!seen.payer.equals(actor.id)) {
      throw new DomainError('FORBIDDEN', 'Only who pays can give a payment up.');
    }
    if (seen.purpose === 'subscription') {
      throw new DomainError(
        'CONFLICT',
        'This pays for a subscription: cancel that one (POST /subscriptions/:id/cancel).',
        { subscriptionId: seen.subject.id.toHexString() },
      );
    }
    // The repeat of a cancellation.
    if (seen.status === 'cancelled') return { paymentId: id.toHexString() };
    const now = this.clock.now();
    const { matchedCount } = await this.transactions.run(
      (session) =>
        this.payments.collection.updateOne(
          { _id: id, payer: actor.id, status: { $in: [...UNFINISHED] } },
          {
            $set: { cancelRequestedAt: now, nextAt: later(now, ABANDONED_AFTER_MS), attempts: 0 },
            $inc: { revision: 1 },
          },
          { session },
        ),
      { about: id.toHexString() },
    );
    if (matchedCount === 0) throw notOpen(await this.queries.see(actor, id));
    return { paymentId: id.toHexString() };
  }

  /**
   * Gives it up with the provider, which has the last word.
   *
   * @throws DomainError UNAVAILABLE; INVALID_TRANSITION where it was paid meanwhile.
   */
  async complete(_actor: Actor, kept: unknown): Promise<PaymentDto> {
    const { paymentId } = kept as KeptPayment;
    try {
      const payment = await this.pursue(new Types.ObjectId(paymentId));
      if (payment.status !== 'cancelled') throw notOpen(payment);
      return paymentView(payment);
    } catch (error) {
      if (error instanceof ProviderUnavailableError) throw providerAway({ paymentId });
      throw error;
    }
  }

  /**
   * Outside of any transaction; can be repeated. What the provider may not know yet is made there first: it might know it, and
   * then it could still be paid.
   *
   * @throws ProviderUnavailableError
   */
  async pursue(id: Types.ObjectId): Promise<Payment> {
    const { payment } = await this.intents.pursue(id);
    if (!UNFINISHED.includes(payment.status) || payment.providerId === null) return payment;
    const provider = this.providers.named(payment.provider);
    const intent = await provider.cancelIntent(payment.providerId, `cancel:${id.toHexString()}`);
    return this.intents.record(id, intent);
  }
}

function notOpen({ status }: Payment): DomainError {
  return new DomainError(
    'INVALID_TRANSITION',
    UNFINISHED.includes(status)
      ? 'The provider cannot stop this payment any more. Wait for what becomes of it.'
      : `This payment is ${status.replace('_', ' ')}: it cannot be cancelled any more.`,
    { status },
  );
}
