import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
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
  ApiNoData,
  ApiPage,
  TOKEN_ERRORS,
} from '../../common/swagger/api-envelope.decorators';
import { RateLimit } from '../../common/throttle/rate-limit.decorator';
import { CHANGE_ERRORS } from './change-errors';
import { AcceptInvitationDto, InvitationView, InviteDto } from './dto/invitation.dto';
import { OrganizationView } from './dto/organization.view';
import { InvitationAcceptance } from './invitation-acceptance.service';
import { InvitationsService } from './invitations.service';
import { OrganizationQueries } from './organization.queries';

@ApiTags('Organizations: invitations')
@ApiBearerAuth('access-token')
@Controller('organizations')
export class InvitationsController {
  constructor(
    private readonly invitations: InvitationsService,
    private readonly acceptance: InvitationAcceptance,
    private readonly queries: OrganizationQueries,
  ) {}

  @Post('invitations/accept')
  @HttpCode(200)
  @RateLimit('acceptInvitation')
  @Idempotent()
  @ApiOperation({
    summary: 'Come in with an invitation',
    description:
      'The token from the link in the mail works once, within seven days, for an account with that e-mail address, verified.',
  })
  @ApiData(OrganizationView)
  @ApiErrors(...CHANGE_ERRORS)
  async accept(
    @CurrentActor() actor: Actor,
    @Body() { token }: AcceptInvitationDto,
  ): Promise<OrganizationView> {
    return this.queries.view(actor, await this.acceptance.accept(actor, token));
  }

  @Post(':id/invitations')
  @RateLimit('invite')
  @Idempotent()
  @ApiOperation({
    summary: 'Invite somebody by e-mail',
    description:
      'For admins of the organization. An open invitation of that address is renewed: its older links end. The answer is ' +
      'the same whether there is such an account or not. The mail is sent at once, and again later where that fails.',
  })
  @ApiData(InvitationView, { status: 201, description: 'Invited: on disk, and its mail is sent.' })
  @ApiErrors(...CHANGE_ERRORS)
  invite(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() body: InviteDto,
  ): Promise<InvitationView> {
    return this.invitations.invite(actor, id, body);
  }

  @Get(':id/invitations')
  @ApiOperation({
    summary: 'The open invitations, newest first',
    description: 'For admins of the organization.',
  })
  @ApiPage(InvitationView)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS, 'FORBIDDEN', 'NOT_FOUND')
  list(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Query() query: PageQuery,
  ): Promise<Page<InvitationView>> {
    return this.invitations.list(actor, id, query);
  }

  @Delete(':id/invitations/:invitationId')
  @ApiOperation({
    summary: 'Take an invitation back',
    description: 'For admins of the organization. Repeating it changes nothing.',
  })
  @ApiNoData({ description: 'Its links work no more.' })
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'FORBIDDEN', 'NOT_FOUND', 'INVALID_TRANSITION')
  revoke(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @IdParam('invitationId') invitationId: Types.ObjectId,
  ): Promise<void> {
    return this.invitations.revoke(actor, id, invitationId);
  }
}
