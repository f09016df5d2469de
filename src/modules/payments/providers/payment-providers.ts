import { Injectable } from '@nestjs/common';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { DomainError, notFound } from '../../../common/errors/domain-error';
import type { Money } from '../../../common/money/money.dto';
import { type PaymentProvider, type ProviderName, PROVIDERS } from './payment-provider';

/**
 * The providers that are set up here; each registers itself in `onModuleInit`. The first of PROVIDERS that is there takes new
 * payments, the others go on with those they have.
 */
@Injectable()
export class PaymentProviders {
  private readonly providers = new Map<ProviderName, PaymentProvider>();

  constructor(private readonly transactions: TransactionRunner) {}

  register(provider: PaymentProvider): void {
    this.providers.set(provider.name, provider);
  }

  /**
   * Who takes new payments.
   *
   * @throws DomainError UNAVAILABLE where nobody does.
   */
  current(): ProviderName {
    const name = PROVIDERS.find((one) => this.providers.has(one));
    if (!name) throw notSetUp();
    return name;
  }

  /** Asks nobody: also inside a transaction. @throws DomainError CONFLICT for an amount that the provider does not take. */
  assertChargeable(name: ProviderName, amount: Money): void {
    this.providers.get(name)?.assertChargeable(amount);
  }

  /**
   * To be asked: outside of transactions alone, which may run twice and be undone.
   *
   * @throws DomainError UNAVAILABLE for one that is not set up (any more).
   */
  named(name: ProviderName): PaymentProvider {
    if (this.transactions.isUnderWay) {
      throw new Error('Providers are not called inside a transaction.');
    }
    const provider = this.providers.get(name);
    if (!provider) throw notSetUp();
    return provider;
  }

  /** Of a path. @throws DomainError NOT_FOUND for what is no provider here, UNAVAILABLE for one that lacks its keys. */
  fromPath(name: string): PaymentProvider {
    const known = PROVIDERS.find((one) => one === name);
    // Where nobody takes payments, Stripe lacks its keys: its news must be kept and sent again (503). Where the sandbox plays
    // the provider, there is no Stripe; and the sandbox needs no keys: where it is not, there is none.
    const awaited = known === 'stripe' && this.providers.size === 0;
    if (!known || (!awaited && !this.providers.has(known))) {
      throw notFound('This payment provider');
    }
    return this.named(known);
  }
}

function notSetUp(): DomainError {
  return new DomainError('UNAVAILABLE', 'Payments are not set up on this server.');
}

/** 503 where the provider cannot be reached: nothing is lost, and the same request can be repeated. */
export function providerAway(details?: { paymentId: string }): DomainError {
  return new DomainError(
    'UNAVAILABLE',
    'The payment provider cannot be reached right now. Repeat the request with the same Idempotency-Key in a moment.',
    details,
    1,
  );
}
