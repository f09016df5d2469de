import { ApiProperty } from '@nestjs/swagger';
import { REPORT_STATUSES, type ReportStatus } from '../report.transitions';
import { REPORT_REASONS, type ReportReason } from '../schemas/report.schema';
import { StaffDecisionView } from '../decisions/dto/decision.view';
import { ReportSubjectView } from './report-subject.view';

/** A report, as whoever made it sees it. */
export class ReportView {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40519' })
  id: string;

  @ApiProperty({ type: ReportSubjectView })
  subject: ReportSubjectView;

  @ApiProperty({ enum: REPORT_REASONS, example: 'abuse' })
  reason: ReportReason;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'They asked me for money before they would come.',
    description: 'Null where nothing was written, and once the reporter’s account is erased.',
  })
  text: string | null;

  @ApiProperty({
    enum: REPORT_STATUSES,
    example: 'open',
    description:
      '`claimed`: a moderator looks at it. `upheld`: something was wrong, and was dealt with; `dismissed`: nothing was.',
  })
  status: ReportStatus;

  @ApiProperty({ example: '2026-11-22T10:15:30.000Z', format: 'date-time' })
  createdAt: string;
}

/** Who has a report, and until when they have it to themselves. */
class ReportClaimView {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40517' })
  moderatorId: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T10:45:30.000Z' })
  until: string;
}

/** A report, as moderators see it. */
export class QueuedReportView extends ReportView {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40512' })
  reporterId: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '6561f0a4c2b6a1d2e3f40516',
    description: 'Whose it was when it was reported; for a user the user.',
  })
  ownerId: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Pay me 50 first, then I come.',
    description:
      'The text that was reported, as it read then, whatever became of it. Null where there was none, and once its ' +
      'owner’s account is erased.',
  })
  evidence: string | null;

  @ApiProperty({ type: ReportClaimView, nullable: true })
  claim: ReportClaimView | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'What was decided, for this report and for others of the same thing.',
  })
  decisionId: string | null;
}

/** One report with what was decided about it. */
export class ReportCaseView extends QueuedReportView {
  @ApiProperty({ type: StaffDecisionView, nullable: true })
  decision: StaffDecisionView | null;
}
