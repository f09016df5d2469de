import { createHash } from 'node:crypto';
import { DomainError, invalidField } from '../errors/domain-error';

/** 1–200 visible ASCII characters. */
export const IDEMPOTENCY_KEY_FORM = /^[\x21-\x7e]{1,200}$/;

/** The same for two bodies that say the same, whatever the order of their fields. */
export function bodyHash(body: unknown): string {
  return createHash('sha256').update(canonical(body)).digest('base64url');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const fields = Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`);
    return `{${fields.join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/**
 * The Idempotency-Key of a request, if it has one.
 *
 * @throws DomainError VALIDATION_FAILED for one that is empty, too long or not visible ASCII.
 */
export function idempotencyKey(header: unknown): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && IDEMPOTENCY_KEY_FORM.test(header)) return header;
  throw invalidField(
    'Idempotency-Key',
    'Idempotency-Key must be 1 to 200 visible ASCII characters',
  );
}

/** 422 for a key that came before with another body. */
export function keyReused(): DomainError {
  return new DomainError(
    'IDEMPOTENCY_KEY_REUSED',
    'This key was used with another body. Use a new one for a new request.',
  );
}
