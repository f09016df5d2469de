import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { Roles } from '../../common/auth/route-access.decorators';
import { IdParam } from '../../common/http/id-param.decorator';
import type { Page } from '../../common/http/pagination';
import { Idempotent } from '../../common/idempotency/idempotent.decorator';
import {
  ApiData,
  ApiErrors,
  ApiPage,
  CHANGE_ERRORS,
  TOKEN_ERRORS,
} from '../../common/swagger/api-envelope.decorators';
import { DecisionsService } from './decisions/decisions.service';
import { DecideReportDto } from './decisions/dto/decide-report.dto';
import { ListReportsQuery } from './dto/list-reports.query';
import { QueuedReportView, ReportCaseView } from './dto/report.view';
import { ReportClaims } from './report-claims';
import { ReportQueue } from './report-queue';

@ApiTags('Administration')
@ApiBearerAuth('access-token')
@Roles('moderator', 'admin')
@Controller('admin/reports')
export class AdminReportsController {
  constructor(
    private readonly queue: ReportQueue,
    private readonly claims: ReportClaims,
    private readonly decisions: DecisionsService,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'The queue of reports, oldest first',
    description:
      'For moderators and admins. `status=open` is what waits for somebody. Reports about the reader are not among them.',
  })
  @ApiPage(QueuedReportView)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS, 'FORBIDDEN')
  list(
    @CurrentActor() actor: Actor,
    @Query() query: ListReportsQuery,
  ): Promise<Page<QueuedReportView>> {
    return this.queue.list(actor, query);
  }

  @Get(':id')
  @ApiOperation({
    summary: 'One report, and what was decided about it',
    description: 'For moderators and admins. That you looked is recorded.',
  })
  @ApiData(ReportCaseView)
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'FORBIDDEN', 'NOT_FOUND')
  view(@CurrentActor() actor: Actor, @IdParam() id: Types.ObjectId): Promise<ReportCaseView> {
    return this.queue.view(actor, id);
  }

  @Post(':id/claim')
  @HttpCode(200)
  @Idempotent({ replay: ReportQueue })
  @ApiOperation({
    summary: 'Take a report for 30 minutes',
    description:
      'Before deciding it. Again, for 30 minutes more. Then it is open for others again. Not what you reported yourself; what ' +
      'is about staff is for admins.',
  })
  @ApiData(ReportCaseView, { description: 'It is yours.' })
  @ApiErrors(...CHANGE_ERRORS)
  async claim(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
  ): Promise<ReportCaseView> {
    await this.claims.claim(actor, id);
    return this.queue.show(actor, id);
  }

  @Post(':id/decide')
  @HttpCode(200)
  @Idempotent({ replay: ReportQueue })
  @ApiOperation({
    summary: 'Decide a report that you have claimed',
    description:
      'The decision and what it does happen together. Every other report of the same thing that is not decided is decided with ' +
      'it. Whoever reported hears how; whoever was acted on hears what and why, and may appeal within 30 days.',
  })
  @ApiData(ReportCaseView, { description: 'Decided.' })
  @ApiErrors(...CHANGE_ERRORS, 'CONFLICT')
  async decide(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() wanted: DecideReportDto,
  ): Promise<ReportCaseView> {
    await this.decisions.decide(actor, id, wanted);
    return this.queue.show(actor, id);
  }
}
