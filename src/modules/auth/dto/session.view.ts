import { ApiProperty } from '@nestjs/swagger';

/** One log-in on one device. */
export class SessionView {
  @ApiProperty({ example: '665f1c2ab7e4d2f3a1b0c9d8' })
  id: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'AllyNet/3.2 (Android 16)',
    description: 'What the device called itself at log-in.',
  })
  userAgent: string | null;

  @ApiProperty({ example: '2026-11-22T10:15:30.000Z', format: 'date-time' })
  createdAt: string;

  @ApiProperty({
    example: '2026-11-22T10:15:30.000Z',
    format: 'date-time',
    description: 'When its tokens were last renewed.',
  })
  lastUsedAt: string;

  @ApiProperty({ example: true, description: 'The session that asks.' })
  current: boolean;
}
