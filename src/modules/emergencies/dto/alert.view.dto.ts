import { ApiProperty } from '@nestjs/swagger';
import { CHANNELS, type ChannelName } from '../../notifications/channels/channel';
import {
  DELIVERY_STATUSES,
  type DeliveryStatus,
} from '../../notifications/deliveries/delivery.transitions';
import { ALERT_STATUSES, type AlertStatus } from '../schemas/alert.schema';
import { AlertCountsDto, EmergencyDto, HelperDto } from './emergency.view.dto';

const ID = '6561f0a4c2b6a1d2e3f40516';
const TIME = '2026-11-22T10:15:30.000Z';
const CONTACT_MESSAGES = ['alarm', 'all_clear'] as const;

/** How an alert was taken beyond the socket. */
export class AlertAttemptDto {
  @ApiProperty({ enum: CHANNELS, example: 'push' })
  channel: ChannelName;

  @ApiProperty({
    enum: DELIVERY_STATUSES,
    example: 'sent',
    description:
      '`pending`: on its way, or tried again; `sent`: the provider took it; `dropped`: not needed any more, or the device is gone; ' +
      '`dead`: it could not be sent.',
  })
  status: DeliveryStatus;

  @ApiProperty({ example: TIME, description: 'When it came to this status.' })
  at: string;
}

export class AlertDto {
  @ApiProperty({ example: ID })
  emergencyId: string;

  @ApiProperty({ enum: ALERT_STATUSES, example: 'delivered' })
  status: AlertStatus;

  @ApiProperty({ example: 1, description: 'How often this helper was alerted to this emergency.' })
  attempt: number;

  @ApiProperty({ example: 800, description: 'Metres to the centre of the cell, rounded to 100 m.' })
  distanceMeters: number;

  @ApiProperty({
    type: HelperDto,
    required: false,
    description: 'Only once the helper has accepted.',
  })
  helper?: HelperDto;

  @ApiProperty({ type: String, nullable: true, example: TIME })
  sentAt: string | null;

  @ApiProperty({ type: String, nullable: true, example: TIME })
  deliveredAt: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  seenAt: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  answeredAt: string | null;
}

/** An alert with what was tried to make it heard. */
export class AlertRowDto extends AlertDto {
  @ApiProperty({
    type: [AlertAttemptDto],
    description: 'Pushes and short messages, the oldest first; to one device or telephone each.',
  })
  attempts: AlertAttemptDto[];
}

/** An alert that its helper has not answered, with what they may see of the emergency. */
export class PendingAlertDto extends AlertDto {
  @ApiProperty({ type: EmergencyDto })
  emergency: EmergencyDto;
}

/** One message to one of the requester's emergency contacts. */
export class ContactAttemptDto extends AlertAttemptDto {
  @ApiProperty({
    enum: CONTACT_MESSAGES,
    example: 'alarm',
    description: '`alarm`: that it began; `all_clear`: that it is over.',
  })
  about: (typeof CONTACT_MESSAGES)[number];
}

export class AlertLedgerDto {
  @ApiProperty({ type: AlertCountsDto })
  counts: AlertCountsDto;

  @ApiProperty({ type: [AlertRowDto] })
  items: AlertRowDto[];

  @ApiProperty({
    type: [ContactAttemptDto],
    description: 'E-mails and short messages to emergency contacts, the oldest first.',
  })
  contacts: ContactAttemptDto[];
}
