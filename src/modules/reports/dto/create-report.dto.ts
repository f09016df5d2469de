import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsObject, IsOptional, Matches, ValidateNested } from 'class-validator';
import { HEX_ID } from '../../../common/http/id-param.decorator';
import { IsText } from '../../../common/validation/is-text.decorator';
import {
  REPORT_REASONS,
  REPORT_SUBJECT_KINDS,
  type ReportReason,
  type ReportSubjectKind,
} from '../schemas/report.schema';

/** The person or thing that is reported. */
export class ReportSubjectDto {
  @ApiProperty({
    enum: REPORT_SUBJECT_KINDS,
    example: 'user',
    description:
      '`message`: of the chat of an emergency or of the thread of an offer; an offer itself by its own id, too. `promotion` has an ' +
      'id of its own. `booking`: what the other one wrote in it. `review`: of a listing, or what the other side of a help ' +
      'request said of you.',
  })
  @IsIn(REPORT_SUBJECT_KINDS)
  kind: ReportSubjectKind;

  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40516', pattern: '^[0-9a-f]{24}$' })
  @Matches(HEX_ID, { message: '$property must be an id of 24 hexadecimal digits' })
  id: string;
}

export class CreateReportDto {
  @ApiProperty({ type: ReportSubjectDto })
  @IsObject()
  @ValidateNested()
  @Type(() => ReportSubjectDto)
  subject: ReportSubjectDto;

  @ApiProperty({
    enum: REPORT_REASONS,
    example: 'abuse',
    description: '`danger`: somebody may come to harm.',
  })
  @IsIn(REPORT_REASONS)
  reason: ReportReason;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: 1,
    maxLength: 1000,
    example: 'They asked me for money before they would come.',
    description: 'For moderators alone.',
  })
  @IsOptional()
  @IsText(1, 1000)
  text?: string | null;
}
