import type { Money } from '../money/money.dto';

/** What the platform itself sells for a single price. The one place where these numbers stand. */
export const PRICES = {
  /** A promotion of a business stands before the others until it ends. */
  promotionBoost: { amountMinor: 990, currency: 'EUR' },
} as const satisfies Record<string, Money>;
