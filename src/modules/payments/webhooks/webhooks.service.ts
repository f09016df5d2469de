import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import { duplicateKeyIndex } from '../../../common/database/duplicate-key';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { DomainError, invalidField } from '../../../common/errors/domain-error';
import { HEX_ID } from '../../../common/http/id-param.decorator';
import { Clock } from '../../../common/time/clock';
import { PaymentsService } from '../payments.service';
import {
  type PaymentProvider,
  type ProviderEvent,
  type ProviderName,
  ProviderUnavailableError,
} from '../providers/payment-provider';
import { PaymentProviders } from '../providers/payment-providers';
import { RefundSettlement } from '../refunds/refund-settlement';
import { Payment } from '../schemas/payment.schema';
import {
  WEBHOOK_EVENT_INDEX,
  WebhookEvent,
  type WebhookOutcome,
} from '../schemas/webhook-event.schema';
import { SubscriptionEvents } from './subscription-events';
import { WebhookMetrics } from './webhook-metrics';

type IntentEvent = Extract<ProviderEvent, { about: 'intent' }>;
type RefundEvent = Extract<ProviderEvent, { about: 'refund' }>;

/**
 * Takes what providers tell. Each event has its effect exactly once, in whatever order and however often it comes: its id is
 * written in the transaction of the effect, under a unique index, and no effect depends on what came before. Only when both
 * are on disk the provider is told so.
 */
@Injectable()
export class WebhooksService {
  constructor(
    @InjectModel(WebhookEvent.name) private readonly taken: Model<WebhookEvent>,
    @InjectModel(Payment.name) private readonly payments: Model<Payment>,
    private readonly providers: PaymentProviders,
    private readonly service: PaymentsService,
    private readonly refunds: RefundSettlement,
    private readonly subscriptions: SubscriptionEvents,
    private readonly transactions: TransactionRunner,
    private readonly metrics: WebhookMetrics,
    private readonly clock: Clock,
  ) {}

  /**
   * @param name of the provider, from the path.
   * @throws DomainError NOT_FOUND for no provider of ours; INVALID_SIGNATURE; VALIDATION_FAILED for an event that cannot be
   * true; UNAVAILABLE for one about what we do not know yet, so that it is sent again.
   */
  async receive(
    name: string,
    body: Buffer,
    headers: Record<string, string | undefined>,
  ): Promise<void> {
    const provider = this.providers.fromPath(name);
    const event = await this.read(provider, body, headers);
    try {
      const outcome = await this.transactions.run(
        (session) => this.take(session, provider, event),
        {
          about: topicOf(event),
        },
      );
      this.metrics.count(provider.name, outcome);
    } catch (error) {
      if (duplicateKeyIndex(error) !== WEBHOOK_EVENT_INDEX) {
        if (error instanceof DomainError && error.code === 'UNAVAILABLE') {
          this.metrics.count(provider.name, 'unresolved');
        }
        throw error;
      }
      await this.ensureTaken(provider.name, event);
      this.metrics.count(provider.name, 'repeated');
    }
  }

  private async read(
    provider: PaymentProvider,
    body: Buffer,
    headers: Record<string, string | undefined>,
  ): Promise<ProviderEvent> {
    try {
      return await provider.readWebhook(body, headers);
    } catch (error) {
      if (error instanceof ProviderUnavailableError) throw unresolved();
      throw error;
    }
  }

  private async take(
    session: ClientSession,
    { name }: PaymentProvider,
    event: ProviderEvent,
  ): Promise<WebhookOutcome> {
    const row: WebhookEvent = {
      _id: new Types.ObjectId(),
      provider: name,
      eventId: event.id,
      type: event.type,
      outcome: 'unknown_type',
      at: this.clock.now(),
    };
    await this.taken.collection.insertOne(row, { session });
    if (event.about === 'nothing') return 'unknown_type';
    const changed = await this.apply(session, name, event);
    if (changed === null) throw unresolved();
    const outcome = changed ? 'applied' : 'ignored';
    await this.taken.collection.updateOne({ _id: row._id }, { $set: { outcome } }, { session });
    return outcome;
  }

  /** @returns whether anything changed; null where we do not know what it is about. */
  private apply(
    session: ClientSession,
    provider: ProviderName,
    event: Exclude<ProviderEvent, { about: 'nothing' }>,
  ): Promise<boolean | null> {
    switch (event.about) {
      case 'intent':
        return this.intent(session, provider, event);
      case 'refund':
        return this.refund(session, provider, event);
      case 'subscription':
        return this.subscriptions.apply(session, provider, event);
    }
  }

  private async intent(
    session: ClientSession,
    provider: ProviderName,
    { paymentId, status, amountMinor, currency }: IntentEvent,
  ): Promise<boolean | null> {
    const payment = await this.hold(session, provider, { paymentId });
    if (!payment) return null;
    // Told by the provider itself, it can only be a mistake; it must not count as paid, nor be forgotten.
    if (status === 'succeeded' && (amountMinor ?? payment.amountMinor) !== payment.amountMinor) {
      throw invalidField('data.amountMinor', 'amountMinor is not what this payment is of');
    }
    if (status === 'succeeded' && (currency ?? payment.currency) !== payment.currency) {
      throw invalidField('data.currency', 'currency is not that of this payment');
    }
    return this.service.apply(session, payment, status);
  }

  /** What is given back was paid: where the news of that is still on its way, this is the news. */
  private async refund(
    session: ClientSession,
    provider: ProviderName,
    event: RefundEvent,
  ): Promise<boolean | null> {
    const payment = await this.hold(session, provider, event);
    if (!payment) return null;
    const { refundId, status, providerRefundId, amountMinor } = event;
    if (refundId !== null && HEX_ID.test(refundId)) {
      const id = new Types.ObjectId(refundId);
      return this.refunds.settle(session, payment, id, { status, providerRefundId });
    }
    if (status === 'failed') {
      return this.refunds.recordDeskFailure(session, payment, { providerRefundId, amountMinor });
    }
    if (status !== 'succeeded') return false;
    await this.service.apply(session, payment, 'succeeded');
    const paid = await this.service.hold(session, payment._id);
    return paid && this.refunds.recordDesk(session, paid, { providerRefundId, amountMinor });
  }

  private async hold(
    session: ClientSession,
    provider: ProviderName,
    { paymentId, providerId }: { paymentId: string | null; providerId?: string },
  ): Promise<Payment | null> {
    if (paymentId !== null && !HEX_ID.test(paymentId)) return null;
    const known = await this.payments.collection.findOne(
      paymentId === null
        ? { provider, providerId: { $eq: providerId ?? '', $type: 'string' } }
        : { _id: new Types.ObjectId(paymentId), provider },
      { session, projection: { _id: 1 } },
    );
    return known && this.service.hold(session, known._id);
  }

  /** It was written; but only what a majority has is on disk for good. */
  private async ensureTaken(provider: ProviderName, { id: eventId }: ProviderEvent): Promise<void> {
    const row = await this.taken
      .findOne({ provider, eventId }, { _id: 1 })
      .read('primary')
      .readConcern('majority')
      .lean();
    if (!row) throw unresolved();
  }
}

/** Events about the same run in turn on this node. */
function topicOf(event: ProviderEvent): string {
  if (event.about === 'subscription') return event.subscriptionId;
  if (event.about === 'nothing') return event.id;
  return event.paymentId ?? event.id;
}

function unresolved(): DomainError {
  return new DomainError(
    'UNAVAILABLE',
    'We do not know yet what this event is about. Send it again later.',
    undefined,
    5,
  );
}
