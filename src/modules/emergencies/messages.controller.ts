import { Body, Controller, Get, Post, Query } from '@nestjs/common';
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
import { MessageDto, SendMessageDto } from './dto/message.dto';
import { ChatService } from './room/chat.service';

/** The chat of an emergency. */
@ApiTags('Emergencies: chat')
@ApiBearerAuth('access-token')
@Controller('emergencies/:id/messages')
export class MessagesController {
  constructor(private readonly chat: ChatService) {}

  @Get()
  @ApiOperation({ summary: 'Messages, oldest first', description: 'For participants.' })
  @ApiPage(MessageDto)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS, 'FORBIDDEN', 'NOT_FOUND')
  list(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Query() query: PageQuery,
  ): Promise<Page<MessageDto>> {
    return this.chat.list(actor, id, query);
  }

  @Post()
  @Idempotent()
  @ApiOperation({ summary: 'Write to the participants', description: 'Idempotent by `clientId`.' })
  @ApiData(MessageDto, { status: 201, description: 'Written.' })
  @ApiErrors(...CHANGE_ERRORS)
  send(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() body: SendMessageDto,
  ): Promise<MessageDto> {
    return this.chat.send(actor, id, body);
  }
}
