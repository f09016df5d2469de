import { ApiProperty } from '@nestjs/swagger';
import { EMERGENCY_STATUSES, type EmergencyStatus } from '../../emergencies/emergency.transitions';

const TIME = '2026-11-22T10:15:30.000Z';

export class TrackedLocationDto {
  @ApiProperty({ example: 52.520008, description: 'Degrees, WGS 84.' })
  latitude: number;

  @ApiProperty({ example: 13.404954, description: 'Degrees, WGS 84.' })
  longitude: number;

  @ApiProperty({ type: Number, nullable: true, example: 12, description: 'Metres.' })
  accuracyMeters: number | null;

  @ApiProperty({ example: TIME })
  updatedAt: string;
}

/** An emergency as the requester's own contacts see it. After its end: `status` alone. */
export class TrackingDto {
  @ApiProperty({ enum: EMERGENCY_STATUSES, example: 'responding' })
  status: EmergencyStatus;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Mira K.',
    description: 'Null for an anonymous SOS.',
  })
  displayName: string | null;

  @ApiProperty({
    type: Boolean,
    nullable: true,
    example: false,
    description: 'The requester must not be rung up: nothing on their devices is to make a sound.',
  })
  silent: boolean | null;

  @ApiProperty({
    type: Boolean,
    nullable: true,
    example: true,
    description: 'Whether the requester shares where they are.',
  })
  locationShared: boolean | null;

  @ApiProperty({
    type: TrackedLocationDto,
    nullable: true,
    description: 'Null while it is not shared, or not known.',
  })
  location: TrackedLocationDto | null;

  @ApiProperty({ type: String, nullable: true, example: TIME })
  startedAt: string | null;
}
