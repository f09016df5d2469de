import { ApiProperty } from '@nestjs/swagger';
import { StaffDecisionView } from '../../reports/decisions/dto/decision.view';
import { APPEAL_STATUSES, type AppealStatus } from '../appeal.transitions';

/** An appeal, as whoever made it sees it. */
export class AppealView {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40540' })
  id: string;

  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40530' })
  decisionId: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'It was a joke between friends; she says so, too.',
  })
  text: string | null;

  @ApiProperty({ enum: APPEAL_STATUSES, example: 'open' })
  status: AppealStatus;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'What was answered, and why.',
  })
  answer: string | null;

  @ApiProperty({
    type: Boolean,
    nullable: true,
    example: null,
    description: 'Whether what was removed is there again; null where nothing was to come back.',
  })
  restored: boolean | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T20:15:00.000Z' })
  createdAt: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: null })
  decidedAt: string | null;
}

/** An appeal with what it is about, as moderators see it. */
export class QueuedAppealView extends AppealView {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40516' })
  personId: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Who decided the appeal.',
  })
  decidedById: string | null;

  @ApiProperty({ type: StaffDecisionView, nullable: true })
  decision: StaffDecisionView | null;
}
