import { Logger } from '@nestjs/common';
import { ProviderRefusedError, ProviderUnavailableError } from '../payment-provider';

const logger = new Logger('Stripe');

/** What is read of an error of the SDK. */
interface StripeFailure {
  type: string;
  code?: string;
  statusCode?: number;
  requestId?: string;
}

/** Said no because of what was asked, not because of how things stand there: asking again changes nothing. */
const FOR_GOOD = new Set([400, 402, 404]);

/**
 * What a failed call means to us. Stripe's own sentence goes nowhere, into no answer and no log: it may quote what was sent.
 * The request's id in the log finds it in Stripe's dashboard.
 *
 * Only a clear no counts as one. All else may have had its effect: a connection that broke, an error of theirs (5xx), the same
 * call still under way (409), too many at once (429), and a key of ours that is wrong (401, 403), which an operator sets right.
 * A key that was used for another call (idempotency_error) tells nothing of this one either.
 */
export function toProviderError(thrown: unknown): Error {
  if (!isStripeFailure(thrown)) return thrown instanceof Error ? thrown : new Error(String(thrown));
  const { type, code = 'none', statusCode, requestId = 'none' } = thrown;
  const said = `${type}, code ${code}, status ${statusCode ?? 'none'}, request ${requestId}`;
  if (FOR_GOOD.has(statusCode ?? 0) && type !== 'StripeIdempotencyError') {
    logger.warn(`Refused a call: ${said}`);
    return new ProviderRefusedError(`The payment provider refused the call (${code}).`);
  }
  logger.error(`A call came to nothing that is known: ${said}`);
  return new ProviderUnavailableError('The payment provider cannot be reached right now.');
}

/** Whether Stripe knows no such thing. */
export function isMissing(thrown: unknown): boolean {
  return isStripeFailure(thrown) && thrown.code === 'resource_missing';
}

/** Whether the thing is in a state in which the call makes no sense; looking at it tells which. */
export function isInOtherState(thrown: unknown): boolean {
  return (
    isStripeFailure(thrown) &&
    (thrown.code === 'payment_intent_unexpected_state' || thrown.code === 'resource_missing')
  );
}

export function isMadeAlready(thrown: unknown): boolean {
  return isStripeFailure(thrown) && thrown.code === 'resource_already_exists';
}

/** By its shape: the SDK is loaded late, so its classes are not at hand. */
function isStripeFailure(thrown: unknown): thrown is StripeFailure {
  return (
    thrown instanceof Error && /^Stripe\w+Error$/.test((thrown as { type?: string }).type ?? '')
  );
}
