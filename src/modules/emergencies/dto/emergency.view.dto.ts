import { ApiProperty } from '@nestjs/swagger';
import { ALERT_STATUSES, type AlertStatus } from '../schemas/alert.schema';
import {
  EMERGENCY_STATUSES,
  type EmergencyStatus,
  RESPONSE_STATUSES,
  type ResponseStatus,
} from '../emergency.transitions';
import {
  EMERGENCY_TYPES,
  type EmergencyType,
  OUTCOMES,
  type Outcome,
} from '../schemas/emergency.schema';

const ID = '6561f0a4c2b6a1d2e3f40516';
const TIME = '2026-11-22T10:15:30.000Z';

export class RequesterDto {
  @ApiProperty({ example: ID })
  id: string;

  @ApiProperty({ example: 'Mira K.' })
  displayName: string;

  @ApiProperty({ type: String, nullable: true, example: '+4915112345678' })
  phone: string | null;
}

export class EmergencyLocationDto {
  @ApiProperty({ example: 52.520008, description: 'Degrees, WGS 84.' })
  latitude: number;

  @ApiProperty({ example: 13.404954, description: 'Degrees, WGS 84.' })
  longitude: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 12,
    description: 'Metres; null when unknown or coarse.',
  })
  accuracyMeters: number | null;

  @ApiProperty({ enum: ['device', 'last_known'], example: 'device' })
  source: 'device' | 'last_known';

  @ApiProperty({
    enum: ['exact', 'coarse'],
    example: 'exact',
    description: '`coarse`: the centre of a fixed cell of about 500 m.',
  })
  precision: 'exact' | 'coarse';

  @ApiProperty({ example: TIME })
  updatedAt: string;
}

export class HelperDto {
  @ApiProperty({ example: ID })
  id: string;

  @ApiProperty({ example: 'Jonas R.' })
  displayName: string;

  @ApiProperty({ example: 640, minimum: 0, maximum: 1000 })
  trustScore: number;
}

export class ResponseDto {
  @ApiProperty({ type: HelperDto })
  helper: HelperDto;

  @ApiProperty({ enum: RESPONSE_STATUSES, example: 'on_way' })
  status: ResponseStatus;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 240,
    description: 'Seconds, as the helper said.',
  })
  etaSeconds: number | null;

  @ApiProperty({ example: TIME })
  respondedAt: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  arrivedAt: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'When the requester said that this helper really came.',
  })
  confirmedAt: string | null;
}

export class ViewerDto {
  @ApiProperty({ enum: ['requester', 'helper', 'moderator'], example: 'helper' })
  role: 'requester' | 'helper' | 'moderator';

  @ApiProperty({ enum: ALERT_STATUSES, nullable: true, example: 'seen' })
  alertStatus: AlertStatus | null;

  @ApiProperty({ enum: RESPONSE_STATUSES, nullable: true, example: null })
  responseStatus: ResponseStatus | null;
}

export class AlertCountsDto {
  @ApiProperty({ example: 3 })
  queued: number;

  @ApiProperty({ example: 4 })
  sent: number;

  @ApiProperty({ example: 20 })
  delivered: number;

  @ApiProperty({ example: 15 })
  seen: number;

  @ApiProperty({ example: 2 })
  accepted: number;

  @ApiProperty({ example: 6 })
  declined: number;

  @ApiProperty({ example: 0 })
  withdrawn: number;

  @ApiProperty({ example: 0 })
  expired: number;
}

/** An emergency as one person may see it. What they may not see is null, or left out of lists. */
export class EmergencyDto {
  @ApiProperty({ example: ID })
  id: string;

  @ApiProperty({ enum: EMERGENCY_TYPES, example: 'medical' })
  type: EmergencyType;

  @ApiProperty({ enum: EMERGENCY_STATUSES, example: 'active' })
  status: EmergencyStatus;

  @ApiProperty({ example: 1, description: 'Number of the last event of the timeline.' })
  seq: number;

  @ApiProperty({ type: String, nullable: true, example: 'Chest pain, third floor.' })
  description: string | null;

  @ApiProperty({ example: false })
  anonymous: boolean;

  @ApiProperty({ example: false })
  silent: boolean;

  @ApiProperty({ type: RequesterDto, nullable: true })
  requester: RequesterDto | null;

  @ApiProperty({ type: EmergencyLocationDto, nullable: true })
  location: EmergencyLocationDto | null;

  @ApiProperty({ type: Number, nullable: true, example: 5000, description: 'Metres.' })
  radiusMeters: number | null;

  @ApiProperty({
    type: Number,
    required: false,
    example: 800,
    description:
      'For alerted helpers: metres to the centre of the cell, rounded to 100 m, as it was when alerted.',
  })
  distanceMeters?: number;

  @ApiProperty({ type: [ResponseDto] })
  responses: ResponseDto[];

  @ApiProperty({
    type: AlertCountsDto,
    nullable: true,
    description: 'For the requester and moderators.',
  })
  alertCounts: AlertCountsDto | null;

  @ApiProperty({ type: ViewerDto, description: 'What the caller is to this emergency.' })
  viewer: ViewerDto;

  @ApiProperty({ enum: OUTCOMES, nullable: true, example: null })
  outcome: Outcome | null;

  @ApiProperty({ type: String, nullable: true, example: TIME })
  createdAt: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  respondingAt: string | null;

  @ApiProperty({ type: String, nullable: true, example: TIME })
  expiresAt: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  endedAt: string | null;
}
