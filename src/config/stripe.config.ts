import { registerAs } from '@nestjs/config';
import { currentEnvironment } from './current-environment';

/** How Stripe is reached; `secretKey` is undefined where Stripe is not switched on. */
export const stripeConfig = registerAs('stripe', () => {
  const environment = currentEnvironment();
  return {
    secretKey: environment.STRIPE_SECRET_KEY,
    /** Each verifies: the new one beside the old one while a secret is exchanged. */
    webhookSecrets: (environment.STRIPE_WEBHOOK_SECRET ?? '')
      .split(',')
      .map((secret) => secret.trim())
      .filter((secret) => secret !== ''),
    /** Stripe itself where it is undefined. */
    apiBase: environment.STRIPE_API_BASE,
  };
});
