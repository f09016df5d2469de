import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { Roles } from '../../common/auth/route-access.decorators';
import type { Page } from '../../common/http/pagination';
import { ApiErrors, ApiPage, TOKEN_ERRORS } from '../../common/swagger/api-envelope.decorators';
import { AuditQueries } from './audit-queries';
import { AuditEntryView } from './dto/audit-entry.view';
import { ListAuditQuery } from './dto/list-audit.query';

@ApiTags('Administration')
@ApiBearerAuth('access-token')
@Roles('admin')
@Controller('admin/audit')
export class AdminAuditController {
  constructor(private readonly queries: AuditQueries) {}

  @Get()
  @ApiOperation({
    summary: 'What staff did and saw, newest first',
    description:
      'For admins. Each entry is chained to the one before; `npm run audit:verify` checks the chain against what was exported ' +
      'of it. Reading it is recorded, too.',
  })
  @ApiPage(AuditEntryView)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS, 'FORBIDDEN')
  list(
    @CurrentActor() actor: Actor,
    @Query() query: ListAuditQuery,
  ): Promise<Page<AuditEntryView>> {
    return this.queries.list(actor, query);
  }
}
