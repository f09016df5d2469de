import type { Environment } from './environment';

const PLACEHOLDER = /change.?me|secret|password|example|placeholder|your[-_ ]|^(.)\1+$/i;

const SECRETS = [
  'JWT_SECRET',
  'JWT_REFRESH_SECRET',
  'JWT_SECRET_ALSO_ACCEPTED',
  'JWT_REFRESH_SECRET_ALSO_ACCEPTED',
] as const;

/**
 * What production must not start with (docs: README, "Environment").
 *
 * @returns one sentence a problem, naming the variable and the rule; empty when all is well.
 */
export function refuseUnsafeProduction(environment: Environment): string[] {
  const problems: string[] = [];
  if (!environment.MONGODB_URI) problems.push('MONGODB_URI is required in production');
  const given = SECRETS.filter((name) => environment[name]);
  for (const name of ['JWT_SECRET', 'JWT_REFRESH_SECRET'] as const) {
    if (!environment[name]) problems.push(`${name} is required in production`);
  }
  for (const name of given) {
    if (PLACEHOLDER.test(environment[name] ?? ''))
      problems.push(`${name} looks like a placeholder`);
  }
  if (new Set(given.map((name) => environment[name])).size < given.length) {
    problems.push(`${given.join(', ')} must differ from each other`);
  }
  if (environment.FRONTEND_URL.includes('*')) {
    problems.push('FRONTEND_URL must name its origins in production, not *');
  }
  if (environment.RATE_LIMITS === 'off') problems.push('RATE_LIMITS=off is refused in production');
  if (environment.STRIPE_API_BASE) {
    problems.push('STRIPE_API_BASE is for stripe-mock, and refused in production');
  }
  if (environment.PUSH_TO_LOOPBACK === 'on') {
    problems.push('PUSH_TO_LOOPBACK=on is refused in production');
  }
  if (environment.SMS_PROVIDER_URL && !environment.SMS_PROVIDER_URL.startsWith('https:')) {
    problems.push('SMS_PROVIDER_URL must be https in production: it carries telephone numbers');
  }
  if (environment.TRUST_PROXY === true) {
    problems.push(
      'TRUST_PROXY=true is refused in production: it believes whatever address a caller writes. Name the ' +
        'addresses of the proxies in front',
    );
  }
  return problems;
}
