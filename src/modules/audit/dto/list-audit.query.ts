import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { HEX_ID } from '../../../common/http/id-param.decorator';
import { PageQuery } from '../../../common/http/pagination';

const AN_ID = { message: '$property must be an id of 24 hexadecimal digits' };

/** Which entries admins want to see. */
export class ListAuditQuery extends PageQuery {
  @ApiPropertyOptional({
    example: '6561f0a4c2b6a1d2e3f40516',
    pattern: '^[0-9a-f]{24}$',
    description: 'Who acted.',
  })
  @IsOptional()
  @Matches(HEX_ID, AN_ID)
  actor?: string;

  @ApiPropertyOptional({
    example: '6561f0a4c2b6a1d2e3f40519',
    pattern: '^[0-9a-f]{24}$',
    description: 'What they acted on.',
  })
  @IsOptional()
  @Matches(HEX_ID, AN_ID)
  target?: string;

  @ApiPropertyOptional({ example: 'report.decided', maxLength: 60 })
  @IsOptional()
  @Matches(/^[a-z_.]{1,60}$/, { message: '$property must be the name of an action' })
  action?: string;
}
