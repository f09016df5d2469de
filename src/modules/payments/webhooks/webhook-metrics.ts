import { Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { MetricsRegistry } from '../../../common/metrics/metrics-registry';
import type { ProviderName } from '../providers/payment-provider';
import type { WebhookOutcome } from '../schemas/webhook-event.schema';

/** `repeated`: it was taken before. `unresolved`: we do not know yet what it is about. */
export type CountedOutcome = WebhookOutcome | 'repeated' | 'unresolved';

/** What came of the events that providers sent. */
@Injectable()
export class WebhookMetrics {
  private readonly events: Counter<'provider' | 'outcome'>;

  constructor(registry: MetricsRegistry) {
    this.events = new Counter({
      name: 'allynet_payment_webhooks_total',
      help: 'Correctly signed events of payment providers, by what came of them.',
      labelNames: ['provider', 'outcome'],
      registers: [registry],
    });
  }

  count(provider: ProviderName, outcome: CountedOutcome): void {
    this.events.inc({ provider, outcome });
  }
}
