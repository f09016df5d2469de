import { DomainError, invalidField } from '../../../../common/errors/domain-error';
import { HEX_ID } from '../../../../common/http/id-param.decorator';
import type { ProviderEvent, ProviderIntentStatus } from '../payment-provider';
import { sandboxId, sandboxRefundId } from './sandbox-id';

type SubscriptionEvent = Extract<ProviderEvent, { about: 'subscription' }>;

const INTENT_TYPES: Readonly<Record<string, ProviderIntentStatus>> = {
  'payment.processing': 'processing',
  'payment.succeeded': 'succeeded',
  'payment.failed': 'failed',
  'payment.cancelled': 'cancelled',
};

const SUBSCRIPTION_TYPES: Readonly<Record<string, SubscriptionEvent['change']>> = {
  'subscription.renewed': 'renewed',
  'subscription.renewal_failed': 'renewal_failed',
  'subscription.changed': 'changed',
  'subscription.ended': 'ended',
};

const REFUND_TYPES: Readonly<Record<string, 'succeeded' | 'failed'>> = {
  'payment.refunded': 'succeeded',
  'payment.refund_failed': 'failed',
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
  const change = SUBSCRIPTION_TYPES[type];
  if (change) return { ...event, ...readSubscription(record(sent.data, 'data'), id, change) };
  const refunded = REFUND_TYPES[type];
  if (!status && !refunded) return { ...event, about: 'nothing' };
  const data = record(sent.data, 'data');
  const paymentId = text(data.paymentId, 'data.paymentId');
  const amountMinor = amount(data.amountMinor);
  if (status) {
    const currency = optionalText(data.currency, 'data.currency');
    return { ...event, about: 'intent', paymentId, status, amountMinor, currency };
  }
  const refundId = optionalText(data.refundId, 'data.refundId');
  const made = refundId === null ? id : sandboxRefundId(refundId);
  return {
    ...event,
    about: 'refund',
    // Renewals were begun by the sandbox, which has no ids of ours for them.
    paymentId: HEX_ID.test(paymentId) ? paymentId : null,
    providerId: sandboxId(paymentId),
    refundId,
    providerRefundId: optionalText(data.providerRefundId, 'data.providerRefundId') ?? made,
    amountMinor,
    status: refunded ?? 'succeeded',
  };
}

/** Made by hand it may name the subscription alone: each event is then the news of another bill. */
function readSubscription(
  data: Record<string, unknown>,
  eventId: string,
  change: SubscriptionEvent['change'],
): Omit<SubscriptionEvent, 'id' | 'type' | 'at'> {
  const invoiceId = optionalText(data.invoiceId, 'data.invoiceId') ?? eventId;
  const amountMinor = data.amountMinor === 0 ? 0 : amount(data.amountMinor);
  const currency = optionalText(data.currency, 'data.currency') ?? 'EUR';
  const providerId = optionalText(data.providerId, 'data.providerId');
  return {
    about: 'subscription',
    subscriptionId: text(data.subscriptionId, 'data.subscriptionId'),
    change,
    bill:
      amountMinor === null ? null : { invoiceId, providerId, amount: { amountMinor, currency } },
    plan: optionalText(data.plan, 'data.plan'),
    currentPeriodEnd: moment(data.currentPeriodEnd, 'data.currentPeriodEnd'),
  };
}

function moment(value: unknown, field: string): Date | null {
  const told = optionalText(value, field);
  if (told === null) return null;
  const date = new Date(told);
  if (!Number.isNaN(date.getTime())) return date;
  throw invalidField(field, `${field} must be a moment of ISO 8601`);
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
