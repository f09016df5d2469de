import Sdk from 'stripe';
import { ProviderRefusedError, ProviderUnavailableError } from '../payment-provider';
import { toProviderError } from './stripe-errors';

const SECRET_SENTENCE = 'Your card sk_test_1234 of Jo Doe was declined.';

const failure = (type: string, statusCode?: number, code?: string): Error =>
  Sdk.errors.StripeError.generate({
    type,
    message: SECRET_SENTENCE,
    ...(statusCode ? { statusCode } : {}),
    ...(code ? { code } : {}),
  } as never);

describe('A failed call to Stripe', () => {
  it.each([
    ['a declined card', failure('card_error', 402, 'card_declined')],
    ['a request that is not valid', failure('invalid_request_error', 400, 'amount_too_small')],
    ['a thing that is not there', failure('invalid_request_error', 404, 'resource_missing')],
  ])('counts as a no: %s', (_, thrown) => {
    expect(toProviderError(thrown)).toBeInstanceOf(ProviderRefusedError);
  });

  it.each([
    ['an error of theirs', failure('api_error', 500)],
    ['the same call under way', failure('idempotency_error', 409, 'idempotency_key_in_use')],
    ['a key used for another call', failure('idempotency_error', 400)],
    ['too many calls', failure('rate_limit_error', 429)],
    ['a wrong key of ours', failure('authentication_error', 401)],
    ['a connection that broke', new Sdk.errors.StripeConnectionError({ message: SECRET_SENTENCE })],
  ])('tells nothing of what became of it: %s', (_, thrown) => {
    expect(toProviderError(thrown)).toBeInstanceOf(ProviderUnavailableError);
  });

  it('is told without a word of what Stripe said', () => {
    for (const thrown of [failure('card_error', 402, 'card_declined'), failure('api_error', 500)]) {
      const error = toProviderError(thrown);
      expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toMatch(
        /Jo Doe|sk_test/,
      );
    }
  });

  it('is left as it is where it is no error of Stripe', () => {
    const error = new TypeError('x is not a function');
    expect(toProviderError(error)).toBe(error);
  });
});
