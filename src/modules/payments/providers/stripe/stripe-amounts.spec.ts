import * as fc from 'fast-check';
import { DomainError } from '../../../../common/errors/domain-error';
import { fromStripe, toStripe } from './stripe-amounts';

const refusal = (amountMinor: number, currency: string): DomainError => {
  try {
    toStripe({ amountMinor, currency });
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error(`${amountMinor} ${currency} was taken`);
};

describe('An amount, as Stripe writes it', () => {
  it.each([
    ['two decimals', 2599, 'EUR', 2599, 'eur'],
    ['no decimals', 2599, 'JPY', 2599, 'jpy'],
    ['three decimals, the last of them 0', 25_990, 'KWD', 25_990, 'kwd'],
    ['the króna, which Stripe writes with two decimals', 2599, 'ISK', 259_900, 'isk'],
    ['the Ugandan shilling, likewise', 2599, 'UGX', 259_900, 'ugx'],
    ['the ariary, which Stripe writes with none', 259_900, 'MGA', 2599, 'mga'],
    ['the forint, which has two decimals in both', 259_900, 'HUF', 259_900, 'huf'],
  ])('%s', (_, amountMinor, currency, amount, code) => {
    expect(toStripe({ amountMinor, currency })).toEqual({ amount, currency: code });
    expect(fromStripe(amount, code)).toEqual({ amountMinor, currency });
  });

  it.each([
    [1234, 'KWD', 10],
    [1, 'BHD', 10],
    [12_345, 'MGA', 100],
  ])('is refused where Stripe could not take all of it: %i %s', (amountMinor, currency, of) => {
    const error = refusal(amountMinor, currency);
    expect(error.code).toBe('CONFLICT');
    expect(error.message).toContain(`multiples of ${of} minor units`);
    expect(error.details).toEqual({ multipleOf: of });
  });

  it.each([
    [0, 'EUR'],
    [-1, 'EUR'],
    [0.5, 'EUR'],
    [10_000, 'CLF'],
  ])('is refused where there is no such charge: %d %s', (amountMinor, currency) => {
    expect(refusal(amountMinor, currency).message).toContain('cannot be paid by card');
  });

  it('comes back as it was, or is refused', () => {
    const currencies = [
      'EUR',
      'USD',
      'JPY',
      'KRW',
      'KWD',
      'TND',
      'ISK',
      'UGX',
      'MGA',
      'HUF',
      'TWD',
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000_000_000 }),
        fc.constantFrom(...currencies),
        (amountMinor, currency) => {
          let written;
          try {
            written = toStripe({ amountMinor, currency });
          } catch {
            return;
          }
          expect(Number.isSafeInteger(written.amount)).toBe(true);
          expect(fromStripe(written.amount, written.currency)).toEqual({ amountMinor, currency });
        },
      ),
    );
  });
});
