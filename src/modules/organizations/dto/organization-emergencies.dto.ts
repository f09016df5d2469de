import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, Max, Min } from 'class-validator';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import { EMERGENCY_STATUSES, type EmergencyStatus } from '../../emergencies/emergency.transitions';
import { EMERGENCY_TYPES, type EmergencyType } from '../../emergencies/schemas/emergency.schema';
import { MEMBER_ALERTS, type MemberAlert } from '../schemas/organization.schema';

/** What to change; what is left out stays. */
export class UpdateEmergencySettingsDto {
  @ApiPropertyOptional({
    enum: MEMBER_ALERTS,
    example: 'members',
    description:
      'Whom an SOS of a member alerts beside the verified helpers: nobody, the admins wherever they are (of whom nothing ' +
      'was heard for 24 h counts as at the place of the organization, if it has one), or the members inside the radius.',
  })
  @AbsentOr()
  @IsIn(MEMBER_ALERTS)
  alert?: MemberAlert;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 100,
    maximum: 50_000,
    example: 2000,
    description: 'Metres around the emergency; for `members`.',
  })
  @AbsentOr()
  @IsInt()
  @Min(100)
  @Max(50_000)
  radiusMeters?: number;
}

export class UpdateOwnMembershipDto {
  @ApiProperty({
    example: true,
    description:
      'The organization may alert its members to your SOS; its admins and moderators see on their dashboard that it is yours, ' +
      'and roughly where. Never of an anonymous SOS.',
  })
  @IsBoolean()
  shareEmergencies: boolean;
}

export class MemberInNeedView {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40516' })
  userId: string;

  @ApiProperty({ example: 'Mira K.' })
  displayName: string;
}

export class CoarsePlaceView {
  @ApiProperty({ example: 52.52089, description: 'Degrees, WGS 84.' })
  latitude: number;

  @ApiProperty({ example: 13.40512, description: 'Degrees, WGS 84.' })
  longitude: number;

  @ApiProperty({
    enum: ['coarse'],
    example: 'coarse',
    description: 'The centre of a fixed cell of about 500 m.',
  })
  precision: 'coarse';
}

/** A live emergency of a member, as the dashboard of their organization shows it. */
export class OrganizationEmergencyView {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40517' })
  emergencyId: string;

  @ApiProperty({ type: MemberInNeedView })
  member: MemberInNeedView;

  @ApiProperty({ enum: EMERGENCY_TYPES, example: 'medical' })
  type: EmergencyType;

  @ApiProperty({
    enum: EMERGENCY_STATUSES,
    example: 'active',
    description: 'active or responding.',
  })
  status: EmergencyStatus;

  @ApiProperty({
    example: false,
    description: 'Nothing must make a sound on the devices of the member: do not call them.',
  })
  silent: boolean;

  @ApiProperty({
    type: CoarsePlaceView,
    nullable: true,
    description: 'Null while the place is not known.',
  })
  location: CoarsePlaceView | null;

  @ApiProperty({ example: 2, description: 'People who are coming, there, or done.' })
  responders: number;

  @ApiProperty({ example: '2026-11-22T10:15:30.000Z' })
  createdAt: string;
}
