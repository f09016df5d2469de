import { DomainError } from '../../../../common/errors/domain-error';
import { decimalsOf } from '../../../../common/money/minor-units';
import type { Money } from '../../../../common/money/money.dto';

/**
 * Where Stripe counts in another unit than ISO 4217 (https://docs.stripe.com/currencies, "Special cases"): the króna and the
 * Ugandan shilling have no decimals any more, and Stripe goes on writing two, always 00; the ariary has two in ISO 4217 and
 * none at Stripe.
 */
const STRIPE_DECIMALS: ReadonlyMap<string, number> = new Map([
  ['ISK', 2],
  ['UGX', 2],
  ['MGA', 0],
]);

/** What Stripe takes in a currency must be a multiple of this, in Stripe's unit. */
function stepOf(currency: string): number {
  // Stripe takes three decimals and wants the last to be 0: cards settle in two.
  return decimalsOf(currency) === 3 ? 10 : 1;
}

/**
 * An amount as Stripe writes it: its integer and the currency in lower case.
 *
 * @throws DomainError CONFLICT for an amount that Stripe cannot be asked for, with a sentence on which ones it can.
 */
export function toStripe({ amountMinor, currency }: Money): { amount: number; currency: string } {
  if (!Number.isSafeInteger(amountMinor) || amountMinor <= 0 || decimalsOf(currency) > 3) {
    throw new DomainError(
      'CONFLICT',
      `This price cannot be paid by card: it must be a whole number of minor units above 0, in a currency of at most three ` +
        'decimals. Agree on another price.',
    );
  }
  const amount = amountMinor * scaleOf(currency);
  if (!Number.isSafeInteger(amount) || amount % stepOf(currency) !== 0) {
    const multiple = stepOf(currency) > 1 ? stepOf(currency) : Math.round(1 / scaleOf(currency));
    throw new DomainError(
      'CONFLICT',
      `This price cannot be paid by card: in ${currency} cards take multiples of ${multiple} minor units alone. Agree on ` +
        'another price.',
      { multipleOf: multiple },
    );
  }
  return { amount, currency: currency.toLowerCase() };
}

/** What Stripe wrote, as our minor units. */
export function fromStripe(amount: number, currency: string): Money {
  const ours = currency.toUpperCase();
  return { amountMinor: Math.round(amount / scaleOf(ours)), currency: ours };
}

/** Stripe's units in one of our minor units: 100 for ISK, 0.01 for MGA, 1 for nearly all. */
function scaleOf(currency: string): number {
  const difference = (STRIPE_DECIMALS.get(currency) ?? decimalsOf(currency)) - decimalsOf(currency);
  return 10 ** difference;
}
