/**
 * What each subscription tier allows. The one place where these numbers stand: whoever holds a limit asks here.
 */
export const TIERS = {
  free: {
    /** Members of an organization at most, its founder among them. */
    organizationMembers: 25,
    /** Promotions of a business whose periods may overlap at any instant. */
    promotionsAtOnce: 1,
  },
} as const satisfies Record<string, { organizationMembers: number; promotionsAtOnce: number }>;

export type Tier = keyof typeof TIERS;

/** The tier of everybody who has none of their own. */
export const DEFAULT_TIER: Tier = 'free';
