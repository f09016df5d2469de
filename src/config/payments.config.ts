import { registerAs } from '@nestjs/config';
import { currentEnvironment } from './current-environment';

/** What the sandbox signs with where nothing else is said. No secret: there is no sandbox in production. */
const DEVELOPMENT_SECRET = 'sandbox-signs-with-this-outside-production';

/** How payments are taken. */
export const paymentsConfig = registerAs('payments', () => {
  const environment = currentEnvironment();
  return {
    sandbox: {
      available: environment.NODE_ENV !== 'production',
      /** The first signs, all verify: two while one is exchanged. */
      secrets: secretsOf(environment.SANDBOX_WEBHOOK_SECRET ?? DEVELOPMENT_SECRET),
    },
  };
});

/** Separated by commas. */
export function secretsOf(value: string): string[] {
  return value
    .split(',')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '');
}
