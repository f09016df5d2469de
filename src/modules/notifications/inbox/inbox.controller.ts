import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../../common/auth/actor';
import { CurrentActor } from '../../../common/auth/current-actor.decorator';
import type { Page } from '../../../common/http/pagination';
import { Idempotent } from '../../../common/idempotency/idempotent.decorator';
import {
  ApiData,
  ApiErrors,
  ApiPage,
  TOKEN_ERRORS,
} from '../../../common/swagger/api-envelope.decorators';
import { ListNotificationsQuery } from '../dto/list-notifications.query';
import { NotificationView, UnreadCountView } from '../dto/notification.view';
import { ReadNotificationsDto } from '../dto/read-notifications.dto';
import { InboxService } from './inbox.service';

@ApiTags('Notifications')
@ApiBearerAuth('access-token')
@Controller('notifications')
export class InboxController {
  constructor(private readonly inbox: InboxService) {}

  @Get()
  @ApiOperation({
    summary: 'What I was told, newest first',
    description:
      'In my language (`PUT /users/me/notification-preferences`), with names as they are now. Kept for 90 days after being read.',
  })
  @ApiPage(NotificationView)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS)
  list(
    @CurrentActor() actor: Actor,
    @Query() query: ListNotificationsQuery,
  ): Promise<Page<NotificationView>> {
    return this.inbox.list(actor, query);
  }

  @Get('unread-count')
  @ApiOperation({ summary: 'How many I have not read' })
  @ApiData(UnreadCountView)
  @ApiErrors(...TOKEN_ERRORS)
  unread(@CurrentActor() actor: Actor): Promise<UnreadCountView> {
    return this.inbox.unread(actor.id);
  }

  @Post('read')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({
    summary: 'Mark as read: some, or all',
    description: 'Answers how many are unread still. My other devices hear of it.',
  })
  @ApiData(UnreadCountView)
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'IDEMPOTENCY_KEY_REUSED')
  read(
    @CurrentActor() actor: Actor,
    @Body() input: ReadNotificationsDto,
  ): Promise<UnreadCountView> {
    return this.inbox.read(actor, input);
  }
}
