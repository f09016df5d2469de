import { ApiProperty } from '@nestjs/swagger';
import { type Tier, TIER_NAMES } from '../../../common/entitlements/tiers';
import { MEMBER_ROLES, type MemberRole } from '../schemas/membership.schema';
import {
  JOIN_POLICIES,
  type JoinPolicy,
  MEMBER_ALERTS,
  type MemberAlert,
  ORGANIZATION_TYPES,
  type OrganizationType,
} from '../schemas/organization.schema';
import { PublicPlaceDto } from '../../../common/geo/place.dto';

export class EmergencySettingsView {
  @ApiProperty({ enum: MEMBER_ALERTS, example: 'none' })
  alert: MemberAlert;

  @ApiProperty({ example: 5000, description: 'Metres around the emergency.' })
  radiusMeters: number;
}

/** What you are to an organization. */
export class OwnMembershipView {
  @ApiProperty({ enum: MEMBER_ROLES, example: 'member' })
  role: MemberRole;

  @ApiProperty({ example: true, description: 'An admin approved or invited you: you are alerted.' })
  approved: boolean;

  @ApiProperty({ example: false, description: 'The organization learns of your emergencies.' })
  shareEmergencies: boolean;

  @ApiProperty({ example: '2026-11-22T13:16:19.361Z' })
  joinedAt: string;
}

/** What members alone are told. */
export class InsideView {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40516' })
  ownerId: string;

  @ApiProperty({ example: 7 })
  memberCount: number;

  @ApiProperty({ example: 25, description: 'Members at most, the founder among them.' })
  capacity: number;

  @ApiProperty({
    enum: TIER_NAMES,
    example: 'free',
    description:
      'What it has subscribed to; its capacity follows from it (GET /subscriptions/plans).',
  })
  tier: Tier;

  @ApiProperty({ type: EmergencySettingsView })
  emergencySettings: EmergencySettingsView;
}

export class OrganizationView {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40514' })
  id: string;

  @ApiProperty({ example: 'Lindenhof 12' })
  name: string;

  @ApiProperty({ enum: ORGANIZATION_TYPES, example: 'apartment' })
  type: OrganizationType;

  @ApiProperty({ type: String, nullable: true, example: 'Everybody who lives in the house.' })
  description: string | null;

  @ApiProperty({ type: PublicPlaceDto, nullable: true })
  location: PublicPlaceDto | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 712,
    description: 'Metres from the place that was searched around; else null.',
  })
  distanceMeters: number | null;

  @ApiProperty({ enum: JOIN_POLICIES, example: 'request' })
  joinPolicy: JoinPolicy;

  @ApiProperty({ example: '2026-11-22T13:16:19.361Z' })
  createdAt: string;

  @ApiProperty({
    type: OwnMembershipView,
    nullable: true,
    description: 'Null for who is no member.',
  })
  membership: OwnMembershipView | null;

  @ApiProperty({
    type: Boolean,
    example: false,
    description: 'You asked to be let in, and nobody has decided yet.',
  })
  joinRequested: boolean;

  @ApiProperty({ type: InsideView, nullable: true, description: 'Null for who is no member.' })
  inside: InsideView | null;
}
