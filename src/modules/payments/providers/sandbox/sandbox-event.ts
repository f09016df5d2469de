import { DomainError, invalidField } from '../../../../common/errors/domain-error';
import type { ProviderEvent, ProviderIntentStatus } from '../payment-provider';

const INTENT_TYPES: Readonly<Record<string, ProviderIntentStatus>> = {
  'payment.processing': 'processing',
  'payment.succeeded': 'succeeded',
  'payment.failed': 'failed',
  'payment.cancelled': 'cancelled',
};

/** Longer than any id or type of an event. */
const LONGEST = 200;

/**
 * Reads an event whose signature was verified. Fields that we do not know are passed over.
 *
 * @throws DomainError MALFORMED_JSON, VALIDATION_FAILED
 */
export function readSandboxEvent(body: Buffer, at: Date): ProviderEvent {
  const sent = parse(body);
  const [id, type] = [text(sent.id, 'id'), text(sent.type, 'type')];
  const event = { id, type, at };
  const status = INTENT_TYPES[type];
  if (!status && type !== 'payment.refunded') return { ...event, about: 'nothing' };
  const data = record(sent.data, 'data');
  const paymentId = text(data.paymentId, 'data.paymentId');
  const amountMinor = amount(data.amountMinor);
  if (status) return { ...event, about: 'intent', paymentId, status, amountMinor };
  return {
    ...event,
    about: 'refund',
    paymentId,
    providerId: `sbx_${paymentId}`,
    refundId: optionalText(data.refundId, 'data.refundId'),
    providerRefundId: optionalText(data.providerRefundId, 'data.providerRefundId') ?? id,
    amountMinor,
    status: 'succeeded',
  };
}

function parse(body: Buffer): Record<string, unknown> {
  let sent: unknown;
  try {
    sent = JSON.parse(body.toString('utf8'));
  } catch {
    throw new DomainError('MALFORMED_JSON', 'The body is not valid JSON.');
  }
  return record(sent, 'body');
}

function record(value: unknown, field: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw invalidField(field, `${field} must be an object`);
}

function text(value: unknown, field: string): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= LONGEST) return value;
  throw invalidField(field, `${field} must be a text of 1 to ${LONGEST} characters`);
}

function optionalText(value: unknown, field: string): string | null {
  return value === undefined || value === null ? null : text(value, field);
}

function amount(value: unknown): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw invalidField('data.amountMinor', 'amountMinor must be an integer above 0');
}
