import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
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
  ApiPage,
  CHANGE_ERRORS,
  TOKEN_ERRORS,
} from '../../common/swagger/api-envelope.decorators';
import { CancelHelpRequestDto, RateHelpDto } from './dto/action.dto';
import { HelpRatingDto, HelpRequestDto } from './dto/help-request.view.dto';
import { HelpDepartures } from './help-departures.service';
import { HelpProgressService } from './help-progress.service';
import { HelpRatingsService } from './help-ratings.service';
import { HelpRequestQueries } from './help-request.queries';

/** From the chosen offer to the ratings. */
@ApiTags('Help requests: progress')
@ApiBearerAuth('access-token')
@Controller('help-requests/:id')
export class HelpProgressController {
  constructor(
    private readonly progress: HelpProgressService,
    private readonly departures: HelpDepartures,
    private readonly ratings: HelpRatingsService,
    private readonly queries: HelpRequestQueries,
  ) {}

  @Post('start')
  @HttpCode(200)
  @Idempotent({ replay: HelpRequestQueries })
  @ApiOperation({ summary: 'Begin to help', description: 'For the chosen helper.' })
  @ApiData(HelpRequestDto)
  @ApiErrors(...CHANGE_ERRORS)
  async start(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
  ): Promise<HelpRequestDto> {
    await this.progress.start(actor, id);
    return this.queries.view(actor, id);
  }

  @Post('done')
  @HttpCode(200)
  @Idempotent({ replay: HelpRequestQueries })
  @ApiOperation({
    summary: 'Say that it is done',
    description:
      'For the chosen helper, while it is in progress. Unless the requester objects, it completes by itself after 7 days.',
  })
  @ApiData(HelpRequestDto)
  @ApiErrors(...CHANGE_ERRORS)
  async done(@CurrentActor() actor: Actor, @IdParam() id: Types.ObjectId): Promise<HelpRequestDto> {
    await this.progress.done(actor, id);
    return this.queries.view(actor, id);
  }

  @Post('objection')
  @HttpCode(200)
  @Idempotent({ replay: HelpRequestQueries })
  @ApiOperation({
    summary: 'It is not done yet',
    description: 'For the requester, once the helper said done. It stays in progress.',
  })
  @ApiData(HelpRequestDto)
  @ApiErrors(...CHANGE_ERRORS)
  async object(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
  ): Promise<HelpRequestDto> {
    await this.progress.object(actor, id);
    return this.queries.view(actor, id);
  }

  @Post('complete')
  @HttpCode(200)
  @Idempotent({ replay: HelpRequestQueries })
  @ApiOperation({
    summary: 'Confirm that it is done',
    description: 'For the requester, while it is in progress, whether the helper said done or not.',
  })
  @ApiData(HelpRequestDto)
  @ApiErrors(...CHANGE_ERRORS)
  async complete(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
  ): Promise<HelpRequestDto> {
    await this.progress.complete(actor, id);
    return this.queries.view(actor, id);
  }

  @Post('withdraw')
  @HttpCode(200)
  @Idempotent({ replay: HelpRequestQueries })
  @ApiOperation({
    summary: 'Give up, or take your offer back',
    description:
      'Withdraws your offer, without naming it. When the chosen helper does, before the end, the request is open again, and ' +
      'the exact place is hidden from them.',
  })
  @ApiData(HelpRequestDto)
  @ApiErrors(...CHANGE_ERRORS)
  async withdraw(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
  ): Promise<HelpRequestDto> {
    await this.departures.giveUp(actor, id);
    return this.queries.view(actor, id);
  }

  @Post('cancel')
  @HttpCode(200)
  @Idempotent({ replay: HelpRequestQueries })
  @ApiOperation({
    summary: 'Need no help any more',
    description: 'For the requester, before the end. All offers are closed.',
  })
  @ApiData(HelpRequestDto)
  @ApiErrors(...CHANGE_ERRORS)
  async cancel(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() body: CancelHelpRequestDto,
  ): Promise<HelpRequestDto> {
    await this.progress.cancel(actor, id, body?.reason ?? null);
    return this.queries.view(actor, id);
  }

  @Post('ratings')
  @Idempotent()
  @ApiOperation({
    summary: 'Rate the other side',
    description: 'For the requester and the helper of a completed request, once, within 14 days.',
  })
  @ApiData(HelpRatingDto, { status: 201, description: 'Rated.' })
  @ApiErrors(...CHANGE_ERRORS, 'CONFLICT')
  rate(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() input: RateHelpDto,
  ): Promise<HelpRatingDto> {
    return this.ratings.rate(actor, id, input);
  }

  @Get('ratings')
  @ApiOperation({
    summary: 'The ratings of a request',
    description:
      'For its two sides, across a block too, and moderators; at most two, on one page. What one wrote across a block the ' +
      'other does not read.',
  })
  @ApiPage(HelpRatingDto)
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'FORBIDDEN', 'NOT_FOUND')
  listRatings(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
  ): Promise<Page<HelpRatingDto>> {
    return this.ratings.list(actor, id);
  }
}
