import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { HEX_ID } from '../../../common/http/id-param.decorator';
import { PageQuery } from '../../../common/http/pagination';
import { IsText } from '../../../common/validation/is-text.decorator';
import {
  APPEAL_OUTCOMES,
  APPEAL_STATUSES,
  type AppealOutcome,
  type AppealStatus,
} from '../appeal.transitions';

const AN_ID = { message: '$property must be an id of 24 hexadecimal digits' };

class AppealText {
  @ApiProperty({
    minLength: 1,
    maxLength: 2000,
    example: 'It was a joke between friends; she says so, too.',
    description: 'For moderators alone.',
  })
  @IsText(1, 2000)
  text: string;
}

export class CreateAppealDto extends AppealText {
  @ApiPropertyOptional({
    pattern: '^[0-9a-f]{24}$',
    example: '6561f0a4c2b6a1d2e3f40530',
    description:
      'The decision: `subjectId` of `moderation.decided`, `id` in GET /appeals/decisions.',
  })
  @IsOptional()
  @Matches(HEX_ID, AN_ID)
  decisionId?: string;

  @ApiPropertyOptional({
    pattern: '^[0-9a-f]{24}$',
    example: '6561f0a4c2b6a1d2e3f40519',
    description:
      'Instead of `decisionId`: a report that was decided by it, for who knows that one.',
  })
  @IsOptional()
  @Matches(HEX_ID, AN_ID)
  reportId?: string;
}

export class AppealByLinkDto extends AppealText {
  @ApiProperty({
    maxLength: 100,
    example: '6561f0a4c2b6a1d2e3f40530.Zm9yIHRoZSBkZWNpc2lvbiB0aGF0IHRoaXMgaXMgYWI',
    description: 'From the link in the mail, or `details.appealToken` of a refused log-in.',
  })
  @IsString()
  @MaxLength(100)
  token: string;
}

export class DecideAppealDto {
  @ApiProperty({
    enum: APPEAL_OUTCOMES,
    example: 'overturn',
    description:
      '`uphold`: the decision stands. `overturn`: a suspension is lifted unless another one holds, lost trust is given back, and ' +
      'a listing or a business that was removed is there again.',
  })
  @IsIn(APPEAL_OUTCOMES)
  outcome: AppealOutcome;

  @ApiProperty({
    minLength: 1,
    maxLength: 1000,
    example: 'The context shows that nobody was meant.',
    description: 'The person reads it.',
  })
  @IsText(1, 1000)
  reason: string;
}

export class ListAppealsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: APPEAL_STATUSES, example: 'open' })
  @IsOptional()
  @IsIn(APPEAL_STATUSES)
  status?: AppealStatus;
}
