import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../../common/auth/actor';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { DomainError, notFound } from '../../../common/errors/domain-error';
import type { Completion } from '../../../common/idempotency/idempotent.decorator';
import { Clock, later } from '../../../common/time/clock';
import { AuditLog } from '../../audit/audit-log';
import type { RefundDto } from '../dto/payment.view.dto';
import type { CreateRefundDto } from '../dto/refund.dto';
import { PaymentIntentsService } from '../payment-intents.service';
import { PaymentQueries } from '../payment.queries';
import { ABANDONED_AFTER_MS, KEY_KNOWN_FOR_MS } from '../payment.rules';
import { refundView } from '../payment.view';
import { PaymentsService } from '../payments.service';
import {
  type PaymentProvider,
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../providers/payment-provider';
import { PaymentProviders } from '../providers/payment-providers';
import type { Payment } from '../schemas/payment.schema';
import { Refund } from '../schemas/refund.schema';
import { RefundRequests } from './refund-requests';
import { type RefundAnswer, RefundSettlement } from './refund-settlement';

interface KeptRefund {
  refundId: string;
}

/** Gives money back: first the row, then the provider, then what it answered. */
@Injectable()
export class RefundsService implements Completion {
  constructor(
    @InjectModel(Refund.name) private readonly refunds: Model<Refund>,
    private readonly requests: RefundRequests,
    private readonly settlement: RefundSettlement,
    private readonly service: PaymentsService,
    private readonly intents: PaymentIntentsService,
    private readonly queries: PaymentQueries,
    private readonly providers: PaymentProviders,
    private readonly audit: AuditLog,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /**
   * By an admin: sets the money aside; `complete` does the rest. What all refunds of a payment give back is never more than
   * was paid.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for who pays, INVALID_TRANSITION where nothing was paid or nothing is left,
   * CONFLICT (details: leftMinor) where less is left than that; UNAVAILABLE where the provider is not set up any more.
   */
  async request(
    actor: Actor,
    id: Types.ObjectId,
    { amountMinor, reason }: CreateRefundDto,
  ): Promise<KeptRefund> {
    await this.queries.see(actor, id);
    if (actor.role !== 'admin') {
      throw new DomainError('FORBIDDEN', 'Only an admin can give money back.');
    }
    const refund = await this.transactions.run(
      async (session) => {
        const payment = await this.service.hold(session, id);
        if (!payment) throw notFound('This payment');
        const left = leftOf(payment);
        if (left === 0) throw nothingLeft(payment);
        const amount = amountMinor ?? left;
        const requested = await this.requests.request(session, payment, {
          amountMinor: amount,
          cause: 'admin',
          reason,
          requestedBy: actor.id,
          nextAt: later(this.clock.now(), ABANDONED_AFTER_MS),
        });
        if (!requested) throw tooMuch(left, payment);
        await this.audit.record(actor, 'payment.refunded', id, {
          refundedMinor: {
            from: payment.refundedMinor + payment.refundingMinor,
            to: payment.refundedMinor + payment.refundingMinor + amount,
          },
        });
        return requested;
      },
      { about: id.toHexString() },
    );
    return { refundId: refund._id.toHexString() };
  }

  /** Where the provider cannot be reached now, the refund stays pending and the sweeper goes on with it. */
  async complete(_actor: Actor, kept: unknown): Promise<RefundDto> {
    const id = new Types.ObjectId((kept as KeptRefund).refundId);
    try {
      await this.pursue(id);
    } catch (error) {
      if (!(error instanceof ProviderUnavailableError)) throw error;
    }
    return refundView(await this.read(id));
  }

  /**
   * Asks the provider for a refund that it has not answered for. Outside of any transaction; can be repeated.
   *
   * @throws ProviderUnavailableError
   */
  async pursue(id: Types.ObjectId): Promise<void> {
    const refund = await this.read(id);
    // Once the provider has taken it, webhooks tell what becomes of it.
    if (refund.status !== 'pending' || refund.providerRefundId !== null) return;
    const { amountMinor, currency } = refund;
    const paymentId = refund.payment.toHexString();
    const refundId = id.toHexString();
    const provider = this.providers.named(refund.provider);
    const providerId = await this.intents.providerIdOf(refund.payment);
    const isKeyKnown = this.clock.now() < later(refund.createdAt, KEY_KNOWN_FOR_MS);
    const made = isKeyKnown ? null : await provider.findRefund({ providerId, refundId });
    const answer =
      made ??
      (await ask(provider, {
        providerId,
        paymentId,
        refundId,
        amount: { amountMinor, currency },
        idempotencyKey: `refund:${refundId}`,
      }));
    await this.transactions.run(
      async (session) => {
        const held = await this.service.hold(session, refund.payment);
        if (held) await this.settlement.settle(session, held, id, answer);
      },
      { about: paymentId },
    );
  }

  private async read(id: Types.ObjectId): Promise<Refund> {
    const refund = await this.refunds.findById(id).lean<Refund>();
    if (!refund) throw notFound('This refund');
    return refund;
  }
}

/** What was refused for good has failed, under no id of the provider's. */
async function ask(
  provider: PaymentProvider,
  input: Parameters<PaymentProvider['refund']>[0],
): Promise<RefundAnswer> {
  try {
    return await provider.refund(input);
  } catch (error) {
    if (error instanceof ProviderRefusedError) return { status: 'failed', providerRefundId: null };
    throw error;
  }
}

function leftOf({ capturedMinor, refundedMinor, refundingMinor }: Payment): number {
  return capturedMinor - refundedMinor - refundingMinor;
}

function nothingLeft({ status, capturedMinor }: Payment): DomainError {
  return new DomainError(
    'INVALID_TRANSITION',
    capturedMinor === 0
      ? 'Nothing was paid yet: there is nothing to give back.'
      : 'All of it was given back, or is on its way.',
    { status },
  );
}

function tooMuch(leftMinor: number, { currency }: Payment): DomainError {
  return new DomainError(
    'CONFLICT',
    `Of this payment ${leftMinor} minor units of ${currency} are left to give back.`,
    { leftMinor },
  );
}
