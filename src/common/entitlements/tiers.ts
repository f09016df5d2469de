/** What a tier allows. */
export interface TierLimits {
  /** Members of an organization at most, its founder among them. */
  organizationMembers: number;
  /** Promotions of a business whose periods may overlap at any instant. */
  promotionsAtOnce: number;
}

export const TIER_NAMES = ['free', 'plus', 'pro'] as const;
export type Tier = (typeof TIER_NAMES)[number];

/**
 * What each subscription tier allows. The one place where these numbers stand: whoever holds a limit asks here. Every paid
 * organization holds at least 100 members.
 */
export const TIERS: Readonly<Record<Tier, TierLimits>> = {
  free: { organizationMembers: 25, promotionsAtOnce: 1 },
  plus: { organizationMembers: 250, promotionsAtOnce: 3 },
  pro: { organizationMembers: 2500, promotionsAtOnce: 10 },
};

/** The tier of everybody who has none of their own. */
export const DEFAULT_TIER: Tier = 'free';
