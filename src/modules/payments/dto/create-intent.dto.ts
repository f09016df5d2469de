import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDefined, IsIn, IsObject, Matches, ValidateNested } from 'class-validator';
import { HEX_ID } from '../../../common/http/id-param.decorator';
import { MoneyDto } from '../../../common/money/money.dto';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';

/** What is paid by POST /payments/intents. */
export const INTENT_PURPOSES = ['promotion', 'help_request', 'booking'] as const;
export type IntentPurpose = (typeof INTENT_PURPOSES)[number];

export class IntentSubjectDto {
  @ApiProperty({ enum: INTENT_PURPOSES, example: 'booking', description: 'As the purpose.' })
  @IsIn(INTENT_PURPOSES)
  kind: IntentPurpose;

  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40516' })
  @Matches(HEX_ID, { message: 'id must be an id of 24 hexadecimal digits' })
  id: string;
}

export class CreateIntentDto {
  @ApiProperty({
    enum: INTENT_PURPOSES,
    example: 'booking',
    description:
      'promotion: a boost, by owner and managers; help_request: the accepted offer, by the requester; booking: by the client.',
  })
  @IsIn(INTENT_PURPOSES)
  purpose: IntentPurpose;

  @ApiProperty({ type: IntentSubjectDto })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => IntentSubjectDto)
  subject: IntentSubjectDto;

  @ApiPropertyOptional({
    type: MoneyDto,
    description: 'What you think it costs. The price is ours: another one is refused.',
  })
  @AbsentOr()
  @IsObject()
  @ValidateNested()
  @Type(() => MoneyDto)
  amount?: MoneyDto;
}
