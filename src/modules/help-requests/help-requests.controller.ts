import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { IdParam } from '../../common/http/id-param.decorator';
import type { Page } from '../../common/http/pagination';
import { Idempotent } from '../../common/idempotency/idempotent.decorator';
import {
  ApiData,
  ApiErrors,
  ApiNoData,
  ApiPage,
  CHANGE_ERRORS,
  TOKEN_ERRORS,
} from '../../common/swagger/api-envelope.decorators';
import { CreateHelpRequestDto } from './dto/create-help-request.dto';
import { HelpRequestDto } from './dto/help-request.view.dto';
import { ListHelpRequestsQuery } from './dto/list-help-requests.query';
import { HelpEventDto } from './dto/timeline.dto';
import { TimelineQuery } from '../events/dto/timeline.query';
import { UpdateHelpRequestDto } from './dto/update-help-request.dto';
import { HelpRequestQueries } from './help-request.queries';
import { HelpRequestTimeline } from './help-request.timeline';
import { HelpRequestsService } from './help-requests.service';

/** Help that is not urgent: what is asked for. */
@ApiTags('Help requests')
@ApiBearerAuth('access-token')
@Controller('help-requests')
export class HelpRequestsController {
  constructor(
    private readonly helpRequests: HelpRequestsService,
    private readonly queries: HelpRequestQueries,
    private readonly timeline: HelpRequestTimeline,
  ) {}

  @Post()
  @Idempotent()
  @ApiOperation({
    summary: 'Ask for help that is not urgent',
    description: 'In an emergency raise an SOS instead: `POST /emergencies`.',
  })
  @ApiData(HelpRequestDto, { status: 201, description: 'Open for offers.' })
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'IDEMPOTENCY_KEY_REUSED')
  async create(
    @CurrentActor() actor: Actor,
    @Body() input: CreateHelpRequestDto,
  ): Promise<HelpRequestDto> {
    return this.queries.view(actor, await this.helpRequests.create(actor, input));
  }

  @Get()
  @ApiOperation({
    summary: 'Help requests, the newest or the nearest first',
    description:
      'What is open, near a place (the nearest first) or everywhere (the newest first); with `mine=true` what you asked for. ' +
      'Places are the centres of cells of about 500 m, and distances are to those.',
  })
  @ApiPage(HelpRequestDto)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS)
  list(
    @CurrentActor() actor: Actor,
    @Query() query: ListHelpRequestsQuery,
  ): Promise<Page<HelpRequestDto>> {
    return this.queries.list(actor, query);
  }

  @Get(':id')
  @ApiOperation({
    summary: 'One help request, as you may see it',
    description:
      'The exact place is for the requester and, until the end, the chosen helper. What has ended is for those who had a part in it.',
  })
  @ApiData(HelpRequestDto)
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'NOT_FOUND')
  view(@CurrentActor() actor: Actor, @IdParam() id: Types.ObjectId): Promise<HelpRequestDto> {
    return this.queries.view(actor, id);
  }

  @Patch(':id')
  @Idempotent({ replay: HelpRequestQueries })
  @ApiOperation({
    summary: 'Change your request while it is open',
    description: 'Offers that were made before stand; their helpers are told which fields changed.',
  })
  @ApiData(HelpRequestDto)
  @ApiErrors(...CHANGE_ERRORS)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() input: UpdateHelpRequestDto,
  ): Promise<HelpRequestDto> {
    await this.helpRequests.update(actor, id, input);
    return this.queries.view(actor, id);
  }

  @Delete(':id')
  @ApiOperation({
    summary: 'Take a request away',
    description:
      'For its requester and moderators. It is hidden; what lives is cancelled. What is completed stays for both sides: ' +
      'moderators alone take it away.',
  })
  @ApiNoData({ description: 'Hidden.' })
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'FORBIDDEN', 'NOT_FOUND', 'INVALID_TRANSITION')
  async remove(@CurrentActor() actor: Actor, @IdParam() id: Types.ObjectId): Promise<null> {
    await this.helpRequests.remove(actor, id);
    return null;
  }

  @Get(':id/events')
  @ApiOperation({
    summary: 'The timeline, oldest first',
    description:
      'For the requester, the chosen helper and moderators; for who gave up, until then.',
  })
  @ApiPage(HelpEventDto)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS, 'FORBIDDEN', 'NOT_FOUND')
  events(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Query() query: TimelineQuery,
  ): Promise<Page<HelpEventDto>> {
    return this.timeline.page(actor, id, query);
  }
}
