import { PLANS, SUBSCRIBER_KINDS } from './plans';
import { DEFAULT_TIER, TIERS } from './tiers';

describe('The price table', () => {
  it.each(SUBSCRIBER_KINDS)(
    'has at least two paid plans for a %s, a dearer one allows more',
    (kind) => {
      const limit = kind === 'organization' ? 'organizationMembers' : 'promotionsAtOnce';
      const plans = PLANS.filter((plan) => plan.kind === kind).toSorted(
        (a, b) => a.price.amountMinor - b.price.amountMinor,
      );
      expect(plans.length).toBeGreaterThanOrEqual(2);
      const limits = plans.map(({ tier }) => TIERS[tier][limit]);
      expect(limits).toEqual([...new Set(limits)].toSorted((a, b) => a - b));
      expect(limits[0]).toBeGreaterThan(TIERS[DEFAULT_TIER][limit]);
    },
  );

  it('has no paid plan for an organization of fewer than 100 members', () => {
    for (const { tier } of PLANS.filter(({ kind }) => kind === 'organization')) {
      expect(TIERS[tier].organizationMembers).toBeGreaterThanOrEqual(100);
    }
  });

  it('names each plan once, and asks money for each', () => {
    expect(new Set(PLANS.map(({ id }) => id)).size).toBe(PLANS.length);
    for (const { price } of PLANS) expect(price.amountMinor).toBeGreaterThan(0);
  });
});
