import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongodb';
import type { ProviderEvent, ProviderName } from '../providers/payment-provider';

export type SubscriptionEvent = Extract<ProviderEvent, { about: 'subscription' }>;

/**
 * Inside the transaction that takes the event; it may run again with it.
 *
 * @returns whether anything changed; null where the subscription is not known (yet): the provider will send it again.
 */
export type SubscriptionEventHandler = (
  session: ClientSession,
  provider: ProviderName,
  event: SubscriptionEvent,
) => Promise<boolean | null>;

/** Where subscriptions say what becomes of events about them, so that webhooks know none. */
@Injectable()
export class SubscriptionEvents {
  private handler: SubscriptionEventHandler | undefined;

  register(handler: SubscriptionEventHandler): void {
    this.handler = handler;
  }

  async apply(
    session: ClientSession,
    provider: ProviderName,
    event: SubscriptionEvent,
  ): Promise<boolean | null> {
    return this.handler ? this.handler(session, provider, event) : null;
  }
}
