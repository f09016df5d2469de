import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { IdParam } from '../../common/http/id-param.decorator';
import type { Page } from '../../common/http/pagination';
import { Idempotent } from '../../common/idempotency/idempotent.decorator';
import {
  ApiData,
  ApiErrors,
  ApiNoData,
  ApiPage,
  TOKEN_ERRORS,
} from '../../common/swagger/api-envelope.decorators';
import { CHANGE_ERRORS } from './change-errors';
import { JoinDto, ListMembersQuery, MemberView, UpdateMemberDto } from './dto/member.dto';
import { OrganizationView } from './dto/organization.view';
import { MemberList } from './member-list.service';
import { MembersService } from './members.service';
import { OrganizationQueries } from './organization.queries';

@ApiTags('Organizations: members')
@ApiBearerAuth('access-token')
@Controller('organizations/:id')
export class MembersController {
  constructor(
    private readonly members: MembersService,
    private readonly memberList: MemberList,
    private readonly queries: OrganizationQueries,
  ) {}

  @Post('join')
  @HttpCode(200)
  @Idempotent({ replay: OrganizationQueries })
  @ApiOperation({
    summary: 'Join, or ask to be let in',
    description:
      'Open organizations: `membership` is there at once, not approved. Those that decide for themselves: `joinRequested` ' +
      'is true until an admin has decided. Repeating it changes nothing.',
  })
  @ApiBody({ type: JoinDto, required: false })
  @ApiData(OrganizationView)
  @ApiErrors(...CHANGE_ERRORS)
  async join(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() body: JoinDto,
  ): Promise<OrganizationView> {
    await this.members.join(actor, id, body?.message ?? null);
    return this.queries.view(actor, id);
  }

  @Post('leave')
  @HttpCode(200)
  @Idempotent({ replay: OrganizationQueries })
  @ApiOperation({
    summary: 'Leave, or take back your request to join',
    description:
      'The last admin cannot leave: hand the organization over first. Another owner who leaves is followed by the ' +
      'longest-serving other admin.',
  })
  @ApiData(OrganizationView)
  @ApiErrors(...CHANGE_ERRORS)
  async leave(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
  ): Promise<OrganizationView> {
    await this.members.leave(actor, id);
    return this.queries.view(actor, id);
  }

  @Get('members')
  @ApiOperation({
    summary: 'The members, in the order of joining',
    description:
      'For members, and for moderators and admins of the platform. People between whom and you there is a block are shown ' +
      'to you only if you are a moderator or an admin of the organization.',
  })
  @ApiPage(MemberView)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS, 'FORBIDDEN', 'NOT_FOUND')
  list(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Query() query: ListMembersQuery,
  ): Promise<Page<MemberView>> {
    return this.memberList.page(actor, id, query);
  }

  @Patch('members/:userId')
  @Idempotent({ replay: MemberList })
  @ApiOperation({
    summary: 'Give a role, or approve of a member',
    description:
      'For admins of the organization. Nobody but the owner changes the owner; the last admin cannot be demoted.',
  })
  @ApiData(MemberView, { description: 'The member as they are now.' })
  @ApiErrors(...CHANGE_ERRORS)
  async change(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @IdParam('userId') userId: Types.ObjectId,
    @Body() body: UpdateMemberDto,
  ): Promise<MemberView> {
    return this.memberList.view(actor, await this.members.change(actor, id, userId, body));
  }

  @Delete('members/:userId')
  @ApiOperation({
    summary: 'Remove a member',
    description:
      'Admins remove anybody but the owner, moderators plain members. Who was removed comes back by a new invitation alone.',
  })
  @ApiNoData({ description: 'Removed.' })
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT')
  remove(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @IdParam('userId') userId: Types.ObjectId,
  ): Promise<void> {
    return this.members.remove(actor, id, userId);
  }
}
