import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
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
import { SendHelpMessageDto } from './dto/action.dto';
import { CreateOfferDto } from './dto/create-offer.dto';
import { HelpMessageDto, HelpOfferDto, HelpRequestDto } from './dto/help-request.view.dto';
import { HelpDepartures } from './help-departures.service';
import { HelpOfferReplay } from './help-offer.replay';
import { HelpOffersService } from './help-offers.service';
import { HelpRequestQueries } from './help-request.queries';
import { HelpThreadService } from './help-thread.service';

/** Offers, and the private thread of each. */
@ApiTags('Help requests: offers')
@ApiBearerAuth('access-token')
@Controller('help-requests')
export class HelpOffersController {
  constructor(
    private readonly offers: HelpOffersService,
    private readonly departures: HelpDepartures,
    private readonly thread: HelpThreadService,
    private readonly queries: HelpRequestQueries,
  ) {}

  @Get('offers')
  @ApiOperation({ summary: 'Your offers, newest first' })
  @ApiPage(HelpOfferDto)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS)
  own(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<Page<HelpOfferDto>> {
    return this.queries.offersOf(actor, query);
  }

  @Post(':id/offers')
  @Idempotent({ replay: HelpOfferReplay })
  @ApiOperation({
    summary: 'Offer to help',
    description:
      'Once for each request. After withdrawing you may offer again, in the same offer; not after you were declined.',
  })
  @ApiData(HelpOfferDto, { status: 201, description: 'Offered.' })
  @ApiErrors(...CHANGE_ERRORS, 'CONFLICT')
  async offer(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() input: CreateOfferDto,
  ): Promise<HelpOfferDto> {
    return this.queries.showOffer(await this.offers.offer(actor, id, input));
  }

  @Get(':id/offers')
  @ApiOperation({
    summary: 'Offers for a request, oldest first',
    description: 'The requester sees all of them, everybody else their own.',
  })
  @ApiPage(HelpOfferDto)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS, 'NOT_FOUND')
  list(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Query() query: PageQuery,
  ): Promise<Page<HelpOfferDto>> {
    return this.queries.offersFor(actor, id, query);
  }

  @Post(':id/offers/:offerId/accept')
  @HttpCode(200)
  @Idempotent({ replay: HelpRequestQueries })
  @ApiOperation({
    summary: 'Accept an offer',
    description:
      'For the requester of an open request: one offer can be accepted. The others stay open, for the case that this helper ' +
      'gives up. The helper sees the exact place from now on.',
  })
  @ApiData(HelpRequestDto)
  @ApiErrors(...CHANGE_ERRORS)
  async accept(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @IdParam('offerId') offerId: Types.ObjectId,
  ): Promise<HelpRequestDto> {
    await this.offers.accept(actor, id, offerId);
    return this.queries.view(actor, id);
  }

  @Post(':id/offers/:offerId/decline')
  @HttpCode(200)
  @Idempotent({ replay: HelpOfferReplay })
  @ApiOperation({ summary: 'Decline an offer for good', description: 'For the requester.' })
  @ApiData(HelpOfferDto)
  @ApiErrors(...CHANGE_ERRORS)
  async decline(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @IdParam('offerId') offerId: Types.ObjectId,
  ): Promise<HelpOfferDto> {
    return this.queries.showOffer(await this.offers.decline(actor, id, offerId));
  }

  @Post(':id/offers/:offerId/withdraw')
  @HttpCode(200)
  @Idempotent({ replay: HelpOfferReplay })
  @ApiOperation({
    summary: 'Withdraw your offer',
    description: 'Also an accepted one, before the end: the request is open again then.',
  })
  @ApiData(HelpOfferDto)
  @ApiErrors(...CHANGE_ERRORS)
  async withdraw(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @IdParam('offerId') offerId: Types.ObjectId,
  ): Promise<HelpOfferDto> {
    return this.queries.showOffer(await this.departures.withdraw(actor, id, offerId));
  }

  @Get(':id/offers/:offerId/messages')
  @ApiOperation({
    summary: 'The thread of an offer, oldest first',
    description: 'For its helper and the requester, and for nobody else.',
  })
  @ApiPage(HelpMessageDto)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS, 'NOT_FOUND')
  messages(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @IdParam('offerId') offerId: Types.ObjectId,
    @Query() query: PageQuery,
  ): Promise<Page<HelpMessageDto>> {
    return this.thread.list(actor, id, offerId, query);
  }

  @Post(':id/offers/:offerId/messages')
  @Idempotent()
  @ApiOperation({
    summary: 'Write in the thread of an offer',
    description:
      'Idempotent by `clientId`. While the offer is open or accepted and the request has not ended; for the two of a ' +
      'completed one 14 days longer.',
  })
  @ApiData(HelpMessageDto, { status: 201, description: 'Written.' })
  @ApiErrors(
    'VALIDATION_FAILED',
    ...TOKEN_ERRORS,
    'NOT_FOUND',
    'INVALID_TRANSITION',
    'IDEMPOTENCY_KEY_REUSED',
  )
  send(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @IdParam('offerId') offerId: Types.ObjectId,
    @Body() input: SendHelpMessageDto,
  ): Promise<HelpMessageDto> {
    return this.thread.send(actor, id, offerId, input);
  }
}
