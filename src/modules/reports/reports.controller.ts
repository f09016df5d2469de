import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { type Page, PageQuery } from '../../common/http/pagination';
import { Idempotent } from '../../common/idempotency/idempotent.decorator';
import {
  ApiData,
  ApiErrors,
  ApiPage,
  TOKEN_ERRORS,
} from '../../common/swagger/api-envelope.decorators';
import { RateLimit } from '../../common/throttle/rate-limit.decorator';
import { CreateReportDto } from './dto/create-report.dto';
import { ReportView } from './dto/report.view';
import { ReportsService } from './reports.service';

/** Saying that something is wrong. */
@ApiTags('Reports')
@ApiBearerAuth('access-token')
@Controller('reports')
export class ReportsController {
  constructor(private readonly reports: ReportsService) {}

  @Post()
  @Idempotent()
  @RateLimit('report')
  @ApiOperation({
    summary: 'Report a person or a thing',
    description:
      'For moderators to look at. Whoever is reported does not learn who did it. Until a report of mine of the same thing is ' +
      'decided, a repeat answers with that one. How it was decided is told by `status` and by the event `report.decided`. Somebody who blocked you is not found: block them too, then report them.',
  })
  @ApiData(ReportView, { status: 201, description: 'In the queue.' })
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'NOT_FOUND', 'IDEMPOTENCY_KEY_REUSED')
  create(@CurrentActor() actor: Actor, @Body() input: CreateReportDto): Promise<ReportView> {
    return this.reports.create(actor, input);
  }

  @Get()
  @ApiOperation({ summary: 'What I reported, newest first' })
  @ApiPage(ReportView)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS)
  list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<Page<ReportView>> {
    return this.reports.listOwn(actor, query);
  }
}
