import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../../../common/http/pagination';
import { REPORT_STATUSES, type ReportStatus } from '../report.transitions';
import { REPORT_SUBJECT_KINDS, type ReportSubjectKind } from '../schemas/report.schema';
import { IsFlag } from '../../../common/validation/is-flag.decorator';

/** Which reports staff want to see. */
export class ListReportsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: REPORT_STATUSES, example: 'open' })
  @IsOptional()
  @IsIn(REPORT_STATUSES)
  status?: ReportStatus;

  @ApiPropertyOptional({ enum: REPORT_SUBJECT_KINDS, example: 'skill', description: 'Of what.' })
  @IsOptional()
  @IsIn(REPORT_SUBJECT_KINDS)
  kind?: ReportSubjectKind;

  @ApiPropertyOptional({ type: Boolean, default: false, description: 'Only what I have claimed.' })
  @IsOptional()
  @IsFlag()
  mine?: boolean;
}
