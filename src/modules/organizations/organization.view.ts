import { DEFAULT_TIER } from '../../common/entitlements/tiers';
import { toPlace } from '../../common/geo/geo';
import type { OrganizationView } from './dto/organization.view';
import { capacityOf } from './roster-limits';
import type { Membership } from './schemas/membership.schema';
import type { Organization } from './schemas/organization.schema';

/** What somebody is to an organization that is shown to them. */
export interface Standpoint {
  membership: Membership | null;
  joinRequested: boolean;
}

/** An organization found by a search around a place carries how far it is. */
export type FoundOrganization = Organization & { distanceMeters?: number };

/** The profile for everybody; what is inside for members alone. */
export function organizationView(
  organization: FoundOrganization,
  { membership, joinRequested }: Standpoint,
): OrganizationView {
  const { _id, name, type, description, location, joinPolicy, createdAt } = organization;
  return {
    id: _id.toHexString(),
    name,
    type,
    description,
    location: location ? toPlace(location) : null,
    distanceMeters: organization.distanceMeters ?? null,
    joinPolicy,
    createdAt: createdAt.toISOString(),
    membership: membership && {
      role: membership.role,
      approved: membership.approved,
      shareEmergencies: membership.shareEmergencies,
      joinedAt: membership.joinedAt.toISOString(),
    },
    joinRequested,
    inside: membership && {
      ownerId: organization.owner.toHexString(),
      memberCount: organization.memberCount,
      tier: organization.tier ?? DEFAULT_TIER,
      capacity: capacityOf(organization),
      emergencySettings: { ...organization.emergencySettings },
    },
  };
}
