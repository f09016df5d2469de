import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { MongooseModule } from '@nestjs/mongoose';
import { inProduction } from '../../config/configuration';
import { stripeConfig } from '../../config/stripe.config';
import { AuditModule } from '../audit/audit.module';
import { EventsModule } from '../events/events.module';
import { SocketsModule } from '../sockets/sockets.module';
import { UsersModule } from '../users/users.module';
import { Ledger } from './ledger';
import { PaymentAccounts } from './payment-accounts';
import { PaymentCancellationService } from './payment-cancellation.service';
import { PaymentDelivery } from './payment.delivery';
import { PaymentEvents } from './payment-events';
import { PaymentIntentsService } from './payment-intents.service';
import { PaymentPersonalData } from './payment.personal-data';
import { PaymentQueries } from './payment.queries';
import { PaymentSubjects } from './payment-subjects';
import { PaymentSweeper } from './payment.sweeper';
import { PaymentsController } from './payments.controller';
import { PaymentsService } from './payments.service';
import { PaymentProviders } from './providers/payment-providers';
import { SandboxCards } from './providers/sandbox/sandbox-cards';
import { SandboxController } from './providers/sandbox/sandbox.controller';
import { SandboxDeliveries } from './providers/sandbox/sandbox-deliveries';
import { SandboxIntent, SandboxIntentSchema } from './providers/sandbox/sandbox-intent.schema';
import { SandboxRenewals } from './providers/sandbox/sandbox-renewals';
import { SandboxProvider } from './providers/sandbox/sandbox.provider';
import { SandboxStore } from './providers/sandbox/sandbox-store';
import {
  SandboxSubscription,
  SandboxSubscriptionSchema,
} from './providers/sandbox/sandbox-subscription.schema';
import { SandboxSubscriptions } from './providers/sandbox/sandbox-subscriptions';
import { StripeClient } from './providers/stripe/stripe-client';
import { StripeEvents } from './providers/stripe/stripe-events';
import { StripeProvider } from './providers/stripe/stripe.provider';
import { StripeSubscriptions } from './providers/stripe/stripe-subscriptions';
import { RefundRequests } from './refunds/refund-requests';
import { RefundBooks } from './refunds/refund-books';
import { RefundSettlement } from './refunds/refund-settlement';
import { RefundsService } from './refunds/refunds.service';
import { LedgerEntry, LedgerEntrySchema } from './schemas/ledger-entry.schema';
import { Payment, PaymentSchema } from './schemas/payment.schema';
import { Refund, RefundSchema } from './schemas/refund.schema';
import { WebhookEvent, WebhookEventSchema } from './schemas/webhook-event.schema';
import { SubscriptionEvents } from './webhooks/subscription-events';
import { WebhookMetrics } from './webhooks/webhook-metrics';
import { WebhooksController } from './webhooks/webhooks.controller';
import { WebhooksService } from './webhooks/webhooks.service';

/** In production there is no sandbox, and its routes do not exist. */
const hasSandbox = !inProduction;

const sandbox = {
  models: [
    { name: SandboxIntent.name, schema: SandboxIntentSchema },
    { name: SandboxSubscription.name, schema: SandboxSubscriptionSchema },
  ],
  controllers: [SandboxController],
  providers: [
    SandboxCards,
    SandboxDeliveries,
    SandboxProvider,
    SandboxRenewals,
    SandboxStore,
    SandboxSubscriptions,
  ],
};

/** Money from payers to the platform: what was paid for what, by way of which provider. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: Payment.name, schema: PaymentSchema },
      { name: Refund.name, schema: RefundSchema },
      { name: LedgerEntry.name, schema: LedgerEntrySchema },
      { name: WebhookEvent.name, schema: WebhookEventSchema },
      ...(hasSandbox ? sandbox.models : []),
    ]),
    AuditModule,
    EventsModule,
    SocketsModule,
    UsersModule,
  ],
  controllers: [WebhooksController, PaymentsController, ...(hasSandbox ? sandbox.controllers : [])],
  providers: [
    Ledger,
    PaymentAccounts,
    PaymentCancellationService,
    PaymentDelivery,
    PaymentEvents,
    PaymentIntentsService,
    PaymentProviders,
    PaymentPersonalData,
    PaymentQueries,
    PaymentSubjects,
    PaymentSweeper,
    PaymentsService,
    RefundRequests,
    RefundBooks,
    RefundSettlement,
    RefundsService,
    StripeClient,
    StripeEvents,
    StripeProvider,
    StripeSubscriptions,
    SubscriptionEvents,
    WebhookMetrics,
    WebhooksService,
    ...(hasSandbox ? sandbox.providers : []),
  ],
  exports: [
    PaymentProviders,
    PaymentQueries,
    PaymentSubjects,
    PaymentsService,
    RefundRequests,
    SubscriptionEvents,
  ],
})
export class PaymentsModule implements OnModuleInit {
  constructor(
    private readonly providers: PaymentProviders,
    private readonly stripe: StripeProvider,
    @Inject(stripeConfig.KEY) private readonly config: ConfigType<typeof stripeConfig>,
  ) {}

  onModuleInit(): void {
    if (this.config.secretKey !== undefined) this.providers.register(this.stripe);
  }
}
