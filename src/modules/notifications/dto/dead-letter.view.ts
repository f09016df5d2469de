import { ApiProperty } from '@nestjs/swagger';
import { CHANNELS, type ChannelName } from '../channels/channel';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../deliveries/delivery.transitions';
import { NotificationSubjectView } from './notification.view';

class AttemptView {
  @ApiProperty({ example: '2026-11-22T13:16:19.692Z' })
  at: string;

  @ApiProperty({ example: 'http_503', description: 'What came of it: `sent`, or a short reason.' })
  result: string;
}

/** A message that did not go out, as staff see it: no address and no text. */
export class DeadLetterView {
  @ApiProperty({ example: '665f1c2ab7e4d2f3a1b0c9d9' })
  id: string;

  @ApiProperty({ enum: CHANNELS, example: 'email' })
  channel: ChannelName;

  @ApiProperty({ example: 'help_offer.created', description: 'Which message it is.' })
  kind: string;

  @ApiProperty({ type: NotificationSubjectView })
  subject: NotificationSubjectView;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '665f1c2ab7e4d2f3a1b0c9d8',
    description: 'Whose account it is sent for.',
  })
  userId: string | null;

  @ApiProperty({ enum: DELIVERY_STATUSES, example: 'dead' })
  status: DeliveryStatus;

  @ApiProperty({ example: 12 })
  attempts: number;

  @ApiProperty({ type: [AttemptView], description: 'The latest twenty, oldest first.' })
  log: AttemptView[];

  @ApiProperty({ example: '2026-11-22T13:16:19.692Z' })
  createdAt: string;

  @ApiProperty({ type: String, nullable: true, example: '2026-11-22T18:16:19.692Z' })
  endedAt: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Not sent any more after this, whoever tries again.',
  })
  expiresAt: string | null;
}
