import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
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
  TOKEN_ERRORS,
} from '../../common/swagger/api-envelope.decorators';
import { CHANGE_ERRORS } from './change-errors';
import { JoinRequestView } from './dto/member.dto';
import { JoinRequestsService } from './join-requests.service';

@ApiTags('Organizations: members')
@ApiBearerAuth('access-token')
@Controller('organizations/:id/join-requests')
export class JoinRequestsController {
  constructor(private readonly requests: JoinRequestsService) {}

  @Get()
  @ApiOperation({
    summary: 'Who asks to be let in, from the oldest on',
    description: 'For moderators and admins of the organization.',
  })
  @ApiPage(JoinRequestView)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS, 'FORBIDDEN', 'NOT_FOUND')
  list(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Query() query: PageQuery,
  ): Promise<Page<JoinRequestView>> {
    return this.requests.list(actor, id, query);
  }

  @Post(':requestId/approve')
  @HttpCode(200)
  @Idempotent({ replay: JoinRequestsService })
  @ApiOperation({
    summary: 'Let somebody in',
    description: 'For admins of the organization. Where it is full the request stays open.',
  })
  @ApiData(JoinRequestView, { description: 'The request as it is now.' })
  @ApiErrors(...CHANGE_ERRORS, 'INVALID_TRANSITION')
  async approve(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @IdParam('requestId') requestId: Types.ObjectId,
  ): Promise<JoinRequestView> {
    return this.requests.view(await this.requests.approve(actor, id, requestId));
  }

  @Post(':requestId/reject')
  @HttpCode(200)
  @Idempotent({ replay: JoinRequestsService })
  @ApiOperation({
    summary: 'Turn somebody away',
    description: 'For moderators and admins of the organization.',
  })
  @ApiData(JoinRequestView, { description: 'The request as it is now.' })
  @ApiErrors(...CHANGE_ERRORS, 'INVALID_TRANSITION')
  async reject(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @IdParam('requestId') requestId: Types.ObjectId,
  ): Promise<JoinRequestView> {
    return this.requests.view(await this.requests.reject(actor, id, requestId));
  }
}
