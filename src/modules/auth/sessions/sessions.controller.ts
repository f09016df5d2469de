import { Controller, Delete, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Types } from 'mongoose';
import type { Actor } from '../../../common/auth/actor';
import { CurrentActor } from '../../../common/auth/current-actor.decorator';
import { IdParam } from '../../../common/http/id-param.decorator';
import { type Page, PageQuery } from '../../../common/http/pagination';
import {
  ApiErrors,
  ApiNoData,
  ApiPage,
  TOKEN_ERRORS,
} from '../../../common/swagger/api-envelope.decorators';
import { SessionView } from '../dto/session.view';
import { RefreshCookie } from '../refresh-cookie';
import { SessionRevocationService } from './session-revocation.service';

@ApiTags('Auth')
@ApiBearerAuth('access-token')
@Controller('auth')
export class SessionsController {
  constructor(
    private readonly sessions: SessionRevocationService,
    private readonly cookie: RefreshCookie,
  ) {}

  @Post('logout')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Log out here',
    description:
      'Ends this session: its tokens are refused at once, its sockets closed, the cookie cleared.',
  })
  @ApiNoData({ description: 'Logged out.' })
  @ApiErrors(...TOKEN_ERRORS)
  async logOut(
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    this.cookie.clear(reply);
    await this.sessions.end(actor);
  }

  @Post('logout-all')
  @HttpCode(200)
  @ApiOperation({ summary: 'Log out everywhere', description: 'Ends every session of the user.' })
  @ApiNoData({ description: 'Logged out.' })
  @ApiErrors(...TOKEN_ERRORS)
  async logOutEverywhere(
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    this.cookie.clear(reply);
    await this.sessions.revokeAll(actor.id);
  }

  @Get('sessions')
  @ApiOperation({ summary: 'Where am I logged in?', description: 'Newest first.' })
  @ApiPage(SessionView)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS)
  list(@CurrentActor() actor: Actor, @Query() page: PageQuery): Promise<Page<SessionView>> {
    return this.sessions.list(actor, page);
  }

  @Delete('sessions/:id')
  @ApiOperation({ summary: 'Log out one device' })
  @ApiNoData({ description: 'Ended.' })
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'NOT_FOUND')
  revoke(@CurrentActor() actor: Actor, @IdParam('id') id: Types.ObjectId): Promise<void> {
    return this.sessions.revoke(actor, id);
  }
}
