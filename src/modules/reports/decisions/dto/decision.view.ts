import { ApiProperty } from '@nestjs/swagger';
import { ReportSubjectView } from '../../dto/report-subject.view';
import { DECISION_ACTIONS, type DecisionAction } from '../decision.rules';

/** A decision, as the person acted on sees it: neither who reported nor which moderator it was. */
export class DecisionView {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40530' })
  id: string;

  @ApiProperty({ type: ReportSubjectView })
  subject: ReportSubjectView;

  @ApiProperty({ enum: DECISION_ACTIONS, example: 'suspend' })
  action: DecisionAction;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Asked for money before coming, after a warning.',
  })
  reason: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    example: '2026-12-24T10:00:00.000Z',
    description: 'When a suspension ends by itself.',
  })
  until: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T20:15:00.000Z' })
  decidedAt: string;

  @ApiProperty({
    format: 'date-time',
    example: '2026-12-22T20:15:00.000Z',
    description: 'An appeal is taken until then, once.',
  })
  appealableUntil: string;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    example: null,
    description: 'When an appeal was granted: it does not hold any more.',
  })
  overturnedAt: string | null;
}

/** A decision, as staff see it. */
export class StaffDecisionView extends DecisionView {
  @ApiProperty({
    type: String,
    nullable: true,
    example: '6561f0a4c2b6a1d2e3f40516',
    description: 'Who was acted on.',
  })
  personId: string | null;

  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40517' })
  moderatorId: string;
}
