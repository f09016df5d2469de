import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
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
import { ApproveVerificationDto, EndVerificationDto } from './dto/decide-verification.dto';
import { ListVerificationsQuery } from './dto/list-verifications.query';
import { OpenedVerificationView, QueuedVerificationView } from './dto/verification.view.dto';
import { VerificationDecisionsService } from './verification-decisions.service';
import { VerificationQueries } from './verification.queries';

/** Requests to be verified, for those who decide them. */
@ApiTags('Administration')
@ApiBearerAuth('access-token')
@Roles('moderator', 'admin')
@Controller('admin/verifications')
export class AdminVerificationsController {
  constructor(
    private readonly queries: VerificationQueries,
    private readonly decisions: VerificationDecisionsService,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Requests to be verified, oldest first',
    description: 'For moderators and admins. Those that wait, where no status is asked for.',
  })
  @ApiPage(QueuedVerificationView)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS, 'FORBIDDEN')
  list(
    @CurrentActor() actor: Actor,
    @Query() query: ListVerificationsQuery,
  ): Promise<Page<QueuedVerificationView>> {
    return this.queries.list(actor, query);
  }

  @Get(':id')
  @ApiOperation({
    summary: 'One request, with links to its documents',
    description:
      'For moderators and admins. A link holds for a minute, for you alone: ask again for new ones. Each look at a document is recorded.',
  })
  @ApiData(OpenedVerificationView)
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'FORBIDDEN', 'NOT_FOUND')
  open(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
  ): Promise<OpenedVerificationView> {
    return this.queries.look(actor, id);
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Idempotent({ replay: VerificationQueries })
  @ApiOperation({
    summary: 'Approve a request',
    description:
      'The person is verified until `validUntil`, at once. Nobody decides their own request, and admins alone those of staff. CONFLICT ' +
      'while the account is suspended.',
  })
  @ApiBody({ type: ApproveVerificationDto, required: false })
  @ApiData(OpenedVerificationView)
  @ApiErrors(...CHANGE_ERRORS, 'CONFLICT')
  async approve(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() body: ApproveVerificationDto,
  ): Promise<OpenedVerificationView> {
    await this.decisions.approve(actor, id, body?.validUntil);
    return this.queries.open(actor, id);
  }

  @Post(':id/reject')
  @HttpCode(200)
  @Idempotent({ replay: VerificationQueries })
  @ApiOperation({
    summary: 'Reject a request',
    description: 'The person reads the reason, and may send another request.',
  })
  @ApiData(OpenedVerificationView)
  @ApiErrors(...CHANGE_ERRORS)
  async reject(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() body: EndVerificationDto,
  ): Promise<OpenedVerificationView> {
    await this.decisions.reject(actor, id, body.reason);
    return this.queries.open(actor, id);
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @Idempotent({ replay: VerificationQueries })
  @ApiOperation({
    summary: 'Take an approval back',
    description:
      'The person is not verified any more, at once, unless another approval of theirs still holds or they were verified by hand. They ' +
      'read the reason.',
  })
  @ApiData(OpenedVerificationView)
  @ApiErrors(...CHANGE_ERRORS)
  async revoke(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() body: EndVerificationDto,
  ): Promise<OpenedVerificationView> {
    await this.decisions.revoke(actor, id, body.reason);
    return this.queries.open(actor, id);
  }
}
