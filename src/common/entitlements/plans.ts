import type { Money } from '../money/money.dto';
import type { Tier } from './tiers';

/** What can have a subscription. */
export const SUBSCRIBER_KINDS = ['organization', 'business'] as const;
export type SubscriberKind = (typeof SUBSCRIBER_KINDS)[number];

/** What somebody subscribes to: a tier for a kind of subject, at a price. */
export interface Plan {
  /** Never given to another plan: it stands in what was sold. */
  id: string;
  kind: SubscriberKind;
  tier: Tier;
  /** For a month. */
  price: Money;
}

/** The price table. */
export const PLANS: readonly Plan[] = [
  { id: 'organization_plus', kind: 'organization', tier: 'plus', price: euros(1900) },
  { id: 'organization_pro', kind: 'organization', tier: 'pro', price: euros(7900) },
  { id: 'business_plus', kind: 'business', tier: 'plus', price: euros(1500) },
  { id: 'business_pro', kind: 'business', tier: 'pro', price: euros(4900) },
];

export function findPlan(id: string): Plan | undefined {
  return PLANS.find((plan) => plan.id === id);
}

/** @throws Error for an id that no plan ever had: what is stored names only plans of the table. */
export function planOf(id: string): Plan {
  const plan = findPlan(id);
  if (!plan) throw new Error(`There is no plan ${id}.`);
  return plan;
}

function euros(amountMinor: number): Money {
  return { amountMinor, currency: 'EUR' };
}
