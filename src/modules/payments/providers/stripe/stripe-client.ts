import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { Stripe } from 'stripe' with { 'resolution-mode': 'import' };
import { stripeConfig } from '../../../../config/stripe.config';
import { SECOND } from '../../../../common/time/clock';
import { ProviderUnavailableError } from '../payment-provider';
import { toProviderError } from './stripe-errors';

/** The version whose shapes this code reads; the webhook endpoint must be made with the same. Goes up with the SDK alone. */
export const STRIPE_API_VERSION = '2026-10-28.endive';

/** Somebody waits for the answer: one try, and one more. */
const TIMEOUT_MS = 8 * SECOND;
const NETWORK_RETRIES = 1;

/** The SDK, loaded at the first use: a server without Stripe never reads it, and starts as fast as before. */
@Injectable()
export class StripeClient {
  private loading: Promise<Stripe> | undefined;

  constructor(@Inject(stripeConfig.KEY) private readonly config: ConfigType<typeof stripeConfig>) {}

  get isConfigured(): boolean {
    return this.config.secretKey !== undefined;
  }

  /** @throws ProviderUnavailableError where no key is set. */
  sdk(): Promise<Stripe> {
    this.loading ??= this.load();
    return this.loading;
  }

  /**
   * Makes a call, and turns what it throws into our errors.
   *
   * @throws ProviderUnavailableError, ProviderRefusedError
   */
  async call<T>(work: (stripe: Stripe) => Promise<T>): Promise<T> {
    const stripe = await this.sdk();
    try {
      return await work(stripe);
    } catch (error) {
      throw toProviderError(error);
    }
  }

  private async load(): Promise<Stripe> {
    const { secretKey, apiBase } = this.config;
    if (secretKey === undefined) throw new ProviderUnavailableError('Stripe is not switched on.');
    const { default: Sdk } = await import('stripe');
    return new Sdk(secretKey, {
      apiVersion: STRIPE_API_VERSION,
      timeout: TIMEOUT_MS,
      maxNetworkRetries: NETWORK_RETRIES,
      telemetry: false,
      appInfo: { name: 'AllyNet' },
      ...(apiBase === undefined ? {} : addressOf(new URL(apiBase))),
    });
  }
}

function addressOf({ protocol, hostname, port }: URL) {
  const secure = protocol === 'https:';
  return {
    protocol: secure ? ('https' as const) : ('http' as const),
    host: hostname,
    port: port === '' ? (secure ? 443 : 80) : Number(port),
  };
}
