import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsMoment } from '../../../../common/validation/is-moment.decorator';
import { IsText } from '../../../../common/validation/is-text.decorator';
import { DECISION_ACTIONS, type DecisionAction } from '../decision.rules';

export class DecideReportDto {
  @ApiProperty({
    enum: DECISION_ACTIONS,
    example: 'suspend',
    description:
      '`dismiss`: nothing was wrong. All others uphold the report: `warn` tells the person, `remove` takes the thing away, ' +
      '`suspend` shuts the person out until `until`, `ban` for good.',
  })
  @IsIn(DECISION_ACTIONS)
  action: DecisionAction;

  @ApiProperty({
    minLength: 1,
    maxLength: 1000,
    example: 'Asked for money before coming, after a warning.',
    description: 'The person acted on reads it; those who reported do not.',
  })
  @IsText(1, 1000)
  reason: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'date-time',
    example: '2026-12-24T10:00:00Z',
    description: 'With `suspend`, and only then: when it ends, within 366 days.',
  })
  @IsOptional()
  @IsMoment()
  until?: string | null;
}
