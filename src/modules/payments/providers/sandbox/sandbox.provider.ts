import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { Clock } from '../../../../common/time/clock';
import { paymentsConfig } from '../../../../config/payments.config';
import { verifySignature } from '../../webhooks/signature';
import {
  PaymentProvider,
  type ProviderEvent,
  type ProviderIntent,
  type ProviderRefund,
  type ProviderSubscription,
} from '../payment-provider';
import { PaymentProviders } from '../payment-providers';
import { readSandboxEvent } from './sandbox-event';
import { paymentIdOf, sandboxId, sandboxRefundId } from './sandbox-id';
import { SANDBOX_SIGNATURE } from './sandbox-signature';
import { SandboxStore } from './sandbox-store';
import { SandboxSubscriptions } from './sandbox-subscriptions';

/** Plays a company that takes payments: in process, deterministic, and with a memory that outlives the process. */
@Injectable()
export class SandboxProvider extends PaymentProvider implements OnModuleInit {
  readonly name = 'sandbox';

  constructor(
    @Inject(paymentsConfig.KEY) private readonly config: ConfigType<typeof paymentsConfig>,
    private readonly store: SandboxStore,
    private readonly subscriptions: SandboxSubscriptions,
    private readonly providers: PaymentProviders,
    private readonly clock: Clock,
  ) {
    super();
  }

  onModuleInit(): void {
    this.providers.register(this);
  }

  async createIntent({
    paymentId,
    amount,
  }: Parameters<PaymentProvider['createIntent']>[0]): Promise<ProviderIntent> {
    const _id = sandboxId(paymentId);
    return this.store.view(await this.store.create({ _id, paymentId, ...amount }));
  }

  async findIntent(providerId: string): Promise<ProviderIntent | null> {
    const found = await this.store.find(providerId);
    return found && this.store.view(found);
  }

  async cancelIntent(providerId: string): Promise<ProviderIntent> {
    const cancelled = await this.store.change(providerId, {
      condition: { status: { $in: ['pending', 'processing'] } },
      set: { status: 'cancelled' },
      tell: [this.event(providerId, 'cancelled', {})],
    });
    const now = cancelled ?? (await this.store.find(providerId));
    if (!now) throw new Error(`The sandbox knows no intent ${providerId}.`);
    return this.store.view(now);
  }

  async refund({
    providerId,
    refundId,
    amount: { amountMinor },
  }: Parameters<PaymentProvider['refund']>[0]): Promise<ProviderRefund> {
    const providerRefundId = sandboxRefundId(refundId);
    const spent = { $add: ['$refundedMinor', amountMinor] };
    await this.store.change(providerId, {
      condition: {
        status: 'succeeded',
        'refunds.id': { $ne: providerRefundId },
        $expr: { $lte: [spent, '$amountMinor'] },
      },
      set: { refundedMinor: spent },
      push: { refunds: { id: providerRefundId, amountMinor } },
      tell: [
        this.event(providerId, 'refunded', { amountMinor, refundId, providerRefundId }, refundId),
      ],
    });
    const intent = await this.store.find(providerId);
    const done = intent?.refunds.some(({ id }) => id === providerRefundId) ?? false;
    return { providerRefundId, status: done ? 'succeeded' : 'failed' };
  }

  async findRefund({
    providerId,
    refundId,
  }: Parameters<PaymentProvider['findRefund']>[0]): Promise<ProviderRefund | null> {
    const providerRefundId = sandboxRefundId(refundId);
    const intent = await this.store.find(providerId);
    const made = intent?.refunds.find(({ id }) => id === providerRefundId);
    return made ? { providerRefundId, status: made.failed ? 'failed' : 'succeeded' } : null;
  }

  async subscribe(
    input: Parameters<PaymentProvider['subscribe']>[0],
  ): Promise<ProviderSubscription> {
    const { paymentId, price } = input;
    await this.store.create({ _id: sandboxId(paymentId), paymentId, ...price });
    return this.subscriptions.subscribe(input);
  }

  changeSubscription(
    input: Parameters<PaymentProvider['changeSubscription']>[0],
  ): Promise<ProviderSubscription> {
    return this.subscriptions.change(input);
  }

  cancelSubscription(
    input: Parameters<PaymentProvider['cancelSubscription']>[0],
  ): Promise<ProviderSubscription> {
    return this.subscriptions.cancel(input);
  }

  findSubscription(providerSubscriptionId: string): Promise<ProviderSubscription | null> {
    return this.subscriptions.find(providerSubscriptionId);
  }

  async readWebhook(
    body: Buffer,
    headers: Record<string, string | undefined>,
  ): Promise<ProviderEvent> {
    const now = this.clock.now();
    verifySignature(body, headers[SANDBOX_SIGNATURE], this.config.sandbox.secrets, now);
    const event = readSandboxEvent(body, now);
    await this.store.follow(event);
    return event;
  }

  /** @param once tells this event from others of its type; one that is told twice is the same event. */
  event(
    providerId: string,
    type: string,
    data: Record<string, unknown>,
    once = '',
  ): { id: string; type: string; data: Record<string, unknown>; nextAt: Date } {
    const paymentId = paymentIdOf(providerId);
    return {
      id: `evt_${type}_${paymentId}${once && `_${once}`}`,
      type: `payment.${type}`,
      data: { paymentId, ...data },
      nextAt: this.clock.now(),
    };
  }
}
