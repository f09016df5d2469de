import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError, invalidField, notFound } from '../../common/errors/domain-error';
import type { Completion } from '../../common/idempotency/idempotent.decorator';
import { Clock, later } from '../../common/time/clock';
import { ActiveAccounts } from '../users/active-accounts';
import type { CreateIntentDto } from './dto/create-intent.dto';
import type { PaymentIntentDto } from './dto/payment.view.dto';
import { PaymentSubjects, type Quote } from './payment-subjects';
import { ABANDONED_AFTER_MS, EXPIRES_AFTER_MS } from './payment.rules';
import { paymentView } from './payment.view';
import { oneAtATime, PaymentsService } from './payments.service';
import {
  type ProviderIntent,
  ProviderRefusedError,
  ProviderUnavailableError,
} from './providers/payment-provider';
import { PaymentProviders, providerAway } from './providers/payment-providers';
import { Payment } from './schemas/payment.schema';

/** What a transaction leaves to be done with the provider. */
export interface KeptPayment {
  paymentId: string;
}

/**
 * Payments that people make: first the row, then the provider, then what it answered. Whatever is left undone by a crash in
 * between, a repeat of the request or PaymentSweeper does: each step can be done again with no second effect.
 */
@Injectable()
export class PaymentIntentsService implements Completion {
  constructor(
    @InjectModel(Payment.name) private readonly payments: Model<Payment>,
    private readonly service: PaymentsService,
    private readonly subjects: PaymentSubjects,
    private readonly providers: PaymentProviders,
    private readonly accounts: ActiveAccounts,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /**
   * Writes the payment; `complete` does the rest.
   *
   * @throws DomainError VALIDATION_FAILED for another amount than the price; NOT_FOUND for who may not pay it; CONFLICT where
   * it is free, or is paid or being paid; INVALID_TRANSITION; ACCOUNT_SUSPENDED; UNAVAILABLE where no provider is set up.
   */
  async create(actor: Actor, { purpose, subject, amount }: CreateIntentDto): Promise<KeptPayment> {
    const provider = this.providers.current();
    if (subject.kind !== purpose) {
      throw invalidField('subject.kind', `subject.kind must be ${purpose}, as the purpose is`);
    }
    const payable = this.subjects.of(purpose);
    const id = new Types.ObjectId(subject.id);
    const payment = await oneAtATime(() =>
      this.transactions.run(
        async (session) => {
          await this.accounts.hold(session, actor.id);
          if (!payable.quote) throw notFound('What you pay for');
          const quote = await payable.quote(actor, id);
          refuseWrongAmount(quote, amount);
          this.providers.assertChargeable(provider, quote.price);
          const now = this.clock.now();
          return this.service.open(session, {
            payer: actor.id,
            purpose,
            subject: { kind: subject.kind, id },
            basis: quote.basis,
            price: quote.price,
            provider,
            exclusive: true,
            nextAt: later(now, ABANDONED_AFTER_MS),
            expiresAt: later(now, EXPIRES_AFTER_MS),
          });
        },
        { about: subject.id },
      ),
    );
    return { paymentId: payment._id.toHexString() };
  }

  /**
   * Makes the intent with the provider, or finds the one that is there.
   *
   * @throws DomainError UNAVAILABLE where the provider cannot be reached: the payment stays, to be repeated or cancelled.
   */
  async complete(_actor: Actor, kept: unknown): Promise<PaymentIntentDto> {
    const { paymentId } = kept as KeptPayment;
    try {
      const { payment, clientSecret } = await this.pursue(new Types.ObjectId(paymentId));
      return { payment: paymentView(payment), clientSecret };
    } catch (error) {
      if (error instanceof ProviderUnavailableError) throw providerAway({ paymentId });
      throw error;
    }
  }

  /**
   * Brings a payment as far as the provider can say. Outside of any transaction; can be repeated.
   *
   * @throws ProviderUnavailableError
   */
  async pursue(id: Types.ObjectId): Promise<{ payment: Payment; clientSecret: string | null }> {
    const payment = await this.read(id);
    // Its intent is made with the subscription: one of its own would be a second.
    if (payment.purpose === 'subscription' && payment.providerId === null) {
      return { payment, clientSecret: null };
    }
    const intent = payment.providerId
      ? await this.providers.named(payment.provider).findIntent(payment.providerId)
      : await this.make(payment);
    if (!intent) return { payment: await this.read(id), clientSecret: null };
    return {
      payment: await this.record(id, intent),
      clientSecret: intent.status === 'pending' ? intent.clientSecret : null,
    };
  }

  /**
   * What the provider calls a payment; asked again where its answer was lost.
   *
   * @throws ProviderUnavailableError
   */
  async providerIdOf(id: Types.ObjectId): Promise<string> {
    const { providerId } = await this.read(id);
    if (providerId !== null) return providerId;
    const found = (await this.pursue(id)).payment.providerId;
    if (found === null) throw new Error(`The provider does not know payment ${id.toHexString()}.`);
    return found;
  }

  /** @returns null where the provider wants nothing to do with it: the payment has failed. */
  private async make({ _id, provider, amountMinor, currency, purpose }: Payment) {
    const paymentId = _id.toHexString();
    try {
      return await this.providers.named(provider).createIntent({
        paymentId,
        amount: { amountMinor, currency },
        description: purpose,
        idempotencyKey: `intent:${paymentId}`,
      });
    } catch (error) {
      if (!(error instanceof ProviderRefusedError)) throw error;
      await this.transactions.run(async (session) => {
        const held = await this.service.hold(session, _id);
        if (held) await this.service.apply(session, held, 'failed');
      });
      return null;
    }
  }

  /** Writes what the provider answered of a payment. */
  record(id: Types.ObjectId, { providerId, status }: ProviderIntent): Promise<Payment> {
    return this.transactions.run(
      async (session) => {
        const payment = await this.service.hold(session, id);
        if (!payment) throw notFound('This payment');
        await this.service.recordProviderId(session, payment, providerId, payment.expiresAt);
        await this.service.apply(session, payment, status);
        const after = await this.service.hold(session, id);
        if (!after) throw new Error('A payment stays.');
        return after;
      },
      { about: id.toHexString() },
    );
  }

  private async read(id: Types.ObjectId): Promise<Payment> {
    const payment = await this.payments.findById(id).lean<Payment>();
    if (!payment) throw notFound('This payment');
    return payment;
  }
}

/** The price is ours: a client that thinks otherwise is told before anybody pays. */
function refuseWrongAmount({ price }: Quote, amount: CreateIntentDto['amount']): void {
  if (price.amountMinor === 0) {
    throw new DomainError('CONFLICT', 'This is free: there is nothing to be paid.');
  }
  if (!amount) return;
  if (amount.amountMinor === price.amountMinor && amount.currency === price.currency) return;
  throw invalidField(
    'amount',
    `amount must be the price, ${price.amountMinor} minor units of ${price.currency}; or leave it out`,
  );
}
