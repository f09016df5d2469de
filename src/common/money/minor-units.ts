/**
 * How many decimals the minor unit of a currency stands for (ISO 4217, list one): two, except for these. `Intl` is not asked:
 * it tells how prices are usually shown, which is another number for the króna, the lek and others.
 */
const DECIMALS: ReadonlyMap<string, number> = new Map([
  ...[
    'BIF',
    'CLP',
    'DJF',
    'GNF',
    'ISK',
    'JPY',
    'KMF',
    'KRW',
    'PYG',
    'RWF',
    'UGX',
    'UYI',
    'VND',
    'VUV',
    'XAF',
    'XOF',
    'XPF',
  ].map((currency) => [currency, 0] as const),
  ...['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map((currency) => [currency, 3] as const),
  ['CLF', 4],
  ['UYW', 4],
]);

/** Decimals of an amount in minor units: 2 for EUR, 0 for JPY, 3 for KWD. */
export function decimalsOf(currency: string): number {
  return DECIMALS.get(currency) ?? 2;
}
