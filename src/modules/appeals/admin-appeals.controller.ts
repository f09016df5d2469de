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
import { AppealDecisionsService } from './appeal-decisions.service';
import { DecideAppealDto, ListAppealsQuery } from './dto/appeal.dto';
import { QueuedAppealView } from './dto/appeal.view';

@ApiTags('Administration')
@ApiBearerAuth('access-token')
@Roles('moderator', 'admin')
@Controller('admin/appeals')
export class AdminAppealsController {
  constructor(private readonly appeals: AppealDecisionsService) {}

  @Get()
  @ApiOperation({
    summary: 'Appeals, oldest first',
    description: 'For moderators and admins, with the decision that each is about. Not one’s own.',
  })
  @ApiPage(QueuedAppealView)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS, 'FORBIDDEN')
  list(
    @CurrentActor() actor: Actor,
    @Query() query: ListAppealsQuery,
  ): Promise<Page<QueuedAppealView>> {
    return this.appeals.list(actor, query);
  }

  @Post(':id/decide')
  @HttpCode(200)
  @Idempotent({ replay: AppealDecisionsService })
  @ApiOperation({
    summary: 'Answer an appeal',
    description: 'Not by whoever made the decision; about staff, by admins.',
  })
  @ApiData(QueuedAppealView, { description: 'Answered.' })
  @ApiErrors(...CHANGE_ERRORS)
  async decide(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() input: DecideAppealDto,
  ): Promise<QueuedAppealView> {
    await this.appeals.decide(actor, id, input);
    return this.appeals.show(actor, id);
  }
}
