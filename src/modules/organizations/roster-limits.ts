import { DEFAULT_TIER, type Tier, TIER_NAMES, TIERS } from '../../common/entitlements/tiers';
import { DomainError } from '../../common/errors/domain-error';
import type { QueryFilter, Types } from 'mongoose';
import type { Organization } from './schemas/organization.schema';

/** How many organizations somebody may belong to: what ends with an account ends in one transaction. */
export const MEMBERSHIPS_AT_MOST = 100;

/** How many members an organization may have, its founder among them. */
export const capacityOf = ({ tier }: { tier?: Tier }): number =>
  TIERS[tier ?? DEFAULT_TIER].organizationMembers;

/**
 * The filter for organizations that hold another member, as their tier is at the moment of the write. One that holds more than
 * its tier allows keeps them all: it was on a larger one.
 */
export function withRoom(): QueryFilter<Organization> {
  const paid = TIER_NAMES.filter((tier) => tier !== DEFAULT_TIER);
  return {
    $or: [
      // Organizations from before there were tiers have none.
      { tier: { $nin: paid }, memberCount: { $lt: capacityOf({}) } },
      ...paid.map((tier) => ({ tier, memberCount: { $lt: capacityOf({ tier }) } })),
    ],
  };
}

export function full(organization: { tier?: Tier }): DomainError {
  const capacity = capacityOf(organization);
  return new DomainError(
    'CONFLICT',
    `The organization is full: it holds ${capacity} members. Somebody must leave first, or its admins choose a larger plan.`,
    { capacity },
  );
}

export function tooManyMemberships(): DomainError {
  return new DomainError(
    'CONFLICT',
    `Nobody may belong to more than ${MEMBERSHIPS_AT_MOST} organizations. Leave one first.`,
    { membershipsAtMost: MEMBERSHIPS_AT_MOST },
  );
}

/** 409 for what would leave organizations without anybody to run them. */
export function lastAdmin(organizations: Types.ObjectId[]): DomainError {
  return new DomainError(
    'CONFLICT',
    'An organization must keep an admin. Hand it over to somebody else first (POST /organizations/:id/owner), or remove it.',
    { organizationIds: organizations.map((id) => id.toHexString()) },
  );
}
