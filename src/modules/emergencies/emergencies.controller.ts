import { Body, Controller, Get, Headers, HttpCode, Post, Put, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { AllowExpiredToken } from '../../common/auth/route-access.decorators';
import { invalidField } from '../../common/errors/domain-error';
import { PlaceDto } from '../../common/geo/place.dto';
import { IdParam } from '../../common/http/id-param.decorator';
import type { Page } from '../../common/http/pagination';
import { Idempotent, REPLAYED_HEADER } from '../../common/idempotency/idempotent.decorator';
import { idempotencyKey } from '../../common/idempotency/idempotency-key';
import {
  ApiData,
  ApiErrors,
  ApiNullableData,
  ApiPage,
  CHANGE_ERRORS,
  TOKEN_ERRORS,
} from '../../common/swagger/api-envelope.decorators';
import { RateLimit } from '../../common/throttle/rate-limit.decorator';
import { CancelDto, ResolveDto } from './dto/action.dto';
import { EmergencyDto } from './dto/emergency.view.dto';
import { ListEmergenciesQuery } from './dto/list-emergencies.query';
import { RaiseEmergencyDto } from './dto/raise-emergency.dto';
import { TimelineEventDto } from './dto/timeline-event.dto';
import { TimelineQuery } from '../events/dto/timeline.query';
import { EmergencyLocationService } from './emergency-location.service';
import { EmergencyQueries } from './emergency.queries';
import { EmergencyService } from './emergency.service';
import { EmergencyTimeline } from './emergency.timeline';
import { SosService } from './sos.service';

@ApiTags('Emergencies')
@ApiBearerAuth('access-token')
@Controller('emergencies')
export class EmergenciesController {
  constructor(
    private readonly sos: SosService,
    private readonly emergency: EmergencyService,
    private readonly locations: EmergencyLocationService,
    private readonly queries: EmergencyQueries,
    private readonly timeline: EmergencyTimeline,
  ) {}

  @Post()
  @AllowExpiredToken()
  @RateLimit('alarm')
  @ApiOperation({
    summary: 'Raise an SOS',
    description:
      'One tap: only `type` is needed. Repeating a request id answers 200 with the emergency as it is now. Also takes an ' +
      'expired access token while its session lives.',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The same as `requestId` in the body.',
  })
  @ApiData(EmergencyDto, {
    status: 201,
    description: 'Raised: on disk, and its helpers are being told.',
  })
  @ApiData(EmergencyDto, { status: 200, description: 'Raised before by this request id.' })
  @ApiErrors(
    'VALIDATION_FAILED',
    'MALFORMED_JSON',
    'UNAUTHENTICATED',
    'ACCOUNT_SUSPENDED',
    'EMERGENCY_ALREADY_LIVE',
    'PAYLOAD_TOO_LARGE',
    'UNSUPPORTED_MEDIA_TYPE',
    'IDEMPOTENCY_KEY_REUSED',
  )
  async raise(
    @CurrentActor() actor: Actor,
    @Body() body: RaiseEmergencyDto,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EmergencyDto> {
    const requestId = oneRequestId(body.requestId, idempotencyKey(key));
    const raised = await this.sos.raise(
      actor,
      requestId === undefined ? body : { ...body, requestId },
    );
    if (!raised.replayed)
      return this.queries.showRaised(raised.emergency, raised.profile, raised.alerts);
    void reply.status(200).header(REPLAYED_HEADER, 'true');
    return this.queries.view(actor, raised.emergency._id);
  }

  @Get()
  @ApiOperation({ summary: 'The emergencies that you raised or answered, newest first' })
  @ApiPage(EmergencyDto)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS)
  list(
    @CurrentActor() actor: Actor,
    @Query() query: ListEmergenciesQuery,
  ): Promise<Page<EmergencyDto>> {
    return this.queries.list(actor, query);
  }

  @Get('active')
  @ApiOperation({ summary: 'Your live emergency, or null' })
  @ApiNullableData(EmergencyDto)
  @ApiErrors(...TOKEN_ERRORS)
  active(@CurrentActor() actor: Actor): Promise<EmergencyDto | null> {
    return this.queries.active(actor);
  }

  @Get(':id')
  @ApiOperation({
    summary: 'One emergency, as you may see it',
    description:
      'Alerted helpers get the coarse place, responders the exact one; strangers get 404.',
  })
  @ApiData(EmergencyDto)
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'NOT_FOUND')
  view(@CurrentActor() actor: Actor, @IdParam() id: Types.ObjectId): Promise<EmergencyDto> {
    return this.queries.view(actor, id);
  }

  @Get(':id/events')
  @ApiOperation({
    summary: 'The timeline, oldest first',
    description: 'For participants and moderators.',
  })
  @ApiPage(TimelineEventDto)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS, 'FORBIDDEN', 'NOT_FOUND')
  events(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Query() query: TimelineQuery,
  ): Promise<Page<TimelineEventDto>> {
    return this.timeline.page(actor, id, query);
  }

  @Put(':id/location')
  @Idempotent({ replay: EmergencyQueries })
  @ApiOperation({
    summary: 'A better fix of your emergency',
    description:
      'More than 500 m from the place that was searched around: discovery starts again at once.',
  })
  @ApiData(EmergencyDto)
  @ApiErrors(...CHANGE_ERRORS)
  async locate(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() { latitude, longitude, accuracyMeters = null }: PlaceDto,
  ): Promise<EmergencyDto> {
    await this.locations.improve(actor, id, { latitude, longitude, accuracyMeters });
    return this.queries.view(actor, id);
  }

  @Post(':id/resolve')
  @HttpCode(200)
  @Idempotent({ replay: EmergencyQueries })
  @ApiOperation({
    summary: 'End an emergency as resolved',
    description: 'For the requester and moderators.',
  })
  @ApiData(EmergencyDto)
  @ApiErrors(...CHANGE_ERRORS)
  async resolve(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() body: ResolveDto,
  ): Promise<EmergencyDto> {
    await this.emergency.resolve(actor, id, body?.outcome ?? 'helped', body?.notes ?? null);
    return this.queries.view(actor, id);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Idempotent({ replay: EmergencyQueries })
  @ApiOperation({ summary: 'End your emergency as a false alarm' })
  @ApiData(EmergencyDto)
  @ApiErrors(...CHANGE_ERRORS)
  async cancel(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() body: CancelDto,
  ): Promise<EmergencyDto> {
    await this.emergency.cancel(actor, id, body?.reason ?? null);
    return this.queries.view(actor, id);
  }

  @Post(':id/objection')
  @HttpCode(200)
  @Idempotent({ replay: EmergencyQueries })
  @ApiOperation({
    summary: 'It is not over: you still need help',
    description:
      'When every responder left says completed, the emergency resolves by itself after ten minutes unless you object; ' +
      'then helpers are looked for again.',
  })
  @ApiData(EmergencyDto)
  @ApiErrors(...CHANGE_ERRORS)
  async object(@CurrentActor() actor: Actor, @IdParam() id: Types.ObjectId): Promise<EmergencyDto> {
    await this.emergency.object(actor, id);
    return this.queries.view(actor, id);
  }
}

/** `requestId` and Idempotency-Key are one thing under two names. */
function oneRequestId(requestId: string | undefined, key: string | undefined): string | undefined {
  if (key === undefined) return requestId;
  if (requestId !== undefined && requestId !== key) {
    throw invalidField(
      'requestId',
      'requestId and Idempotency-Key differ: send one, or the same twice',
    );
  }
  return key;
}
