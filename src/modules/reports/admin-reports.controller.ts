import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { Roles } from '../../common/auth/route-access.decorators';
import type { Page } from '../../common/http/pagination';
import { ApiErrors, ApiPage, TOKEN_ERRORS } from '../../common/swagger/api-envelope.decorators';
import { ListReportsQuery } from './dto/list-reports.query';
import { QueuedReportView } from './dto/report.view';
import { ReportsService } from './reports.service';

@ApiTags('Administration')
@ApiBearerAuth('access-token')
@Roles('moderator', 'admin')
@Controller('admin/reports')
export class AdminReportsController {
  constructor(private readonly reports: ReportsService) {}

  @Get()
  @ApiOperation({
    summary: 'The queue of reports, oldest first',
    description: 'For moderators and admins. Reports about the reader are not among them.',
  })
  @ApiPage(QueuedReportView)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS, 'FORBIDDEN')
  list(
    @CurrentActor() actor: Actor,
    @Query() query: ListReportsQuery,
  ): Promise<Page<QueuedReportView>> {
    return this.reports.listQueue(actor, query);
  }
}
