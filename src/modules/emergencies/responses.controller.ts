import { Body, Controller, Delete, Get, Patch, Post, HttpCode, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { IdParam } from '../../common/http/id-param.decorator';
import { type Page, PageQuery } from '../../common/http/pagination';
import { Idempotent } from '../../common/idempotency/idempotent.decorator';
import {
  ApiData,
  ApiErrors,
  ApiPage,
  CHANGE_ERRORS,
  TOKEN_ERRORS,
} from '../../common/swagger/api-envelope.decorators';
import { AnswerService } from './answer.service';
import { ConfirmationService } from './confirmation.service';
import { DepartureService } from './departure.service';
import { AnswerAlertDto, UpdateResponseDto } from './dto/action.dto';
import { AlertLedgerDto, PendingAlertDto } from './dto/alert.view.dto';
import { EmergencyDto } from './dto/emergency.view.dto';
import { EmergencyQueries } from './emergency.queries';
import { ResponseService } from './response.service';

/** Alerts and what helpers answer. */
@ApiTags('Emergencies: alerts and responses')
@ApiBearerAuth('access-token')
@Controller('emergencies')
export class ResponsesController {
  constructor(
    private readonly answers: AnswerService,
    private readonly responses: ResponseService,
    private readonly departures: DepartureService,
    private readonly confirmations: ConfirmationService,
    private readonly queries: EmergencyQueries,
  ) {}

  @Get('alerts')
  @ApiOperation({ summary: 'Your unanswered alerts, nearest first' })
  @ApiPage(PendingAlertDto)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS)
  pending(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<Page<PendingAlertDto>> {
    return this.queries.pendingAlerts(actor, query);
  }

  @Get(':id/alerts')
  @ApiOperation({
    summary: 'Who was alerted, and what came of it',
    description: 'For the requester and moderators. Helpers are named once they have accepted.',
  })
  @ApiData(AlertLedgerDto)
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'FORBIDDEN', 'NOT_FOUND')
  alerts(@CurrentActor() actor: Actor, @IdParam() id: Types.ObjectId): Promise<AlertLedgerDto> {
    return this.queries.alerts(actor, id);
  }

  @Post(':id/responses')
  @HttpCode(200)
  @Idempotent({ replay: EmergencyQueries })
  @ApiOperation({ summary: 'Accept or decline an alert', description: 'For alerted helpers.' })
  @ApiData(EmergencyDto)
  @ApiErrors(...CHANGE_ERRORS, 'ALREADY_RESPONDED', 'CONFLICT')
  async answer(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() { answer, etaSeconds = null, reason = null }: AnswerAlertDto,
  ): Promise<EmergencyDto> {
    if (answer === 'accept') await this.answers.accept(actor, id, etaSeconds);
    else await this.answers.decline(actor, id, reason);
    return this.queries.view(actor, id);
  }

  @Patch(':id/responses/me')
  @Idempotent({ replay: EmergencyQueries })
  @ApiOperation({
    summary: 'The next step of your response',
    description: 'accepted → on_way → arrived → completed, or withdrawn before that.',
  })
  @ApiData(EmergencyDto)
  @ApiErrors(...CHANGE_ERRORS)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() { status, etaSeconds = null }: UpdateResponseDto,
  ): Promise<EmergencyDto> {
    if (status === 'withdrawn') await this.departures.withdraw(actor, id);
    else await this.responses.progress(actor, id, status, etaSeconds);
    return this.queries.view(actor, id);
  }

  @Post(':id/responses/:helperId/confirm')
  @HttpCode(200)
  @Idempotent({ replay: EmergencyQueries })
  @ApiOperation({
    summary: 'Confirm that a helper really came',
    description:
      'For the requester, once the helper has arrived, and for 7 days after the end unless it was a false alarm. Whose ' +
      'position was seen within 150 m on arrival earns trust by it. A repeat changes nothing.',
  })
  @ApiData(EmergencyDto)
  @ApiErrors(...CHANGE_ERRORS)
  async confirm(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @IdParam('helperId') helperId: Types.ObjectId,
  ): Promise<EmergencyDto> {
    await this.confirmations.confirm(actor, id, helperId);
    return this.queries.view(actor, id);
  }

  @Delete(':id/responses/:helperId')
  @ApiOperation({
    summary: 'Send a responder away',
    description: 'For the requester; the helper cannot come back.',
  })
  @ApiData(EmergencyDto)
  @ApiErrors(...CHANGE_ERRORS)
  async sendAway(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @IdParam('helperId') helperId: Types.ObjectId,
  ): Promise<EmergencyDto> {
    await this.departures.sendAway(actor, id, helperId);
    return this.queries.view(actor, id);
  }
}
