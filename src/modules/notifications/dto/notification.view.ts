import { ApiProperty } from '@nestjs/swagger';
import { NOTIFICATION_KINDS, type NotificationKind } from '../notification-kinds';

const KINDS = Object.keys(NOTIFICATION_KINDS);

export class NotificationSubjectView {
  @ApiProperty({
    example: 'help_request',
    description: 'What it is about, such as `help_request`, `booking` or `emergency`.',
  })
  kind: string;

  @ApiProperty({ example: '665f1c2ab7e4d2f3a1b0c9d8' })
  id: string;
}

/** Something that the reader was told, in their language and with names as they are now. */
export class NotificationView {
  @ApiProperty({ example: '665f1c2ab7e4d2f3a1b0c9d9' })
  id: string;

  @ApiProperty({ enum: KINDS, example: 'help_offer.created' })
  kind: NotificationKind;

  @ApiProperty({ type: NotificationSubjectView })
  subject: NotificationSubjectView;

  @ApiProperty({ example: 'Somebody offers to help' })
  title: string;

  @ApiProperty({ example: 'Jonas R. offers to help with what you asked for.' })
  body: string;

  @ApiProperty({ type: String, nullable: true, example: '2026-11-22T13:20:00.000Z' })
  readAt: string | null;

  @ApiProperty({ example: '2026-11-22T13:16:19.692Z' })
  createdAt: string;
}

export class UnreadCountView {
  @ApiProperty({ example: 3, description: 'Notifications that were not read.' })
  count: number;
}
