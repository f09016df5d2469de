import { DEFAULT_TIER, TIERS } from '../../common/entitlements/tiers';
import { DomainError } from '../../common/errors/domain-error';
import type { Types } from 'mongoose';

/** How many organizations somebody may belong to: what ends with an account ends in one transaction. */
export const MEMBERSHIPS_AT_MOST = 100;

/** How many members an organization may have, its founder among them. */
export const capacityOf = (): number => TIERS[DEFAULT_TIER].organizationMembers;

export function full(): DomainError {
  const capacity = capacityOf();
  return new DomainError(
    'CONFLICT',
    `The organization is full: it holds ${capacity} members. Somebody must leave first.`,
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
