import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Types } from 'mongoose';
import type { Actor } from '../../../common/auth/actor';
import { CurrentActor } from '../../../common/auth/current-actor.decorator';
import { Roles } from '../../../common/auth/route-access.decorators';
import { IdParam } from '../../../common/http/id-param.decorator';
import type { Page } from '../../../common/http/pagination';
import { Idempotent } from '../../../common/idempotency/idempotent.decorator';
import {
  ApiData,
  ApiErrors,
  ApiPage,
  CHANGE_ERRORS,
  TOKEN_ERRORS,
} from '../../../common/swagger/api-envelope.decorators';
import { DeadLetterView } from '../dto/dead-letter.view';
import { ListDeadLettersQuery } from '../dto/list-dead-letters.query';
import { DeadLettersService } from './dead-letters.service';

@ApiTags('Administration')
@ApiBearerAuth('access-token')
@Roles('moderator', 'admin')
@Controller('admin/notifications')
export class DeadLettersController {
  constructor(private readonly letters: DeadLettersService) {}

  @Get('dead')
  @ApiOperation({
    summary: 'Messages that could not be sent, newest first',
    description:
      'Refused by the provider for good, or tried twelve times in vain. Neither addresses nor texts are shown. Kept 30 days.',
  })
  @ApiPage(DeadLetterView)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS, 'FORBIDDEN')
  list(@Query() query: ListDeadLettersQuery): Promise<Page<DeadLetterView>> {
    return this.letters.list(query);
  }

  @Post(':id/retry')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({
    summary: 'Try a message again that could not be sent',
    description: 'It is due at once, with all its attempts. Recorded in the audit log.',
  })
  @ApiData(DeadLetterView, { description: 'It is due again.' })
  @ApiErrors(...CHANGE_ERRORS)
  retry(@CurrentActor() actor: Actor, @IdParam() id: Types.ObjectId): Promise<DeadLetterView> {
    return this.letters.retry(actor, id);
  }
}
