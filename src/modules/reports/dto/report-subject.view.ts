import { ApiProperty } from '@nestjs/swagger';
import { REPORT_SUBJECT_KINDS, type ReportSubjectKind } from '../schemas/report.schema';

export class ReportSubjectView {
  @ApiProperty({ enum: REPORT_SUBJECT_KINDS, example: 'user' })
  kind: ReportSubjectKind;

  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40516' })
  id: string;
}
