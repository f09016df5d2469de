import { Body, Controller, Get, Patch, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Types } from 'mongoose';
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
import {
  OrganizationEmergencyView,
  UpdateEmergencySettingsDto,
  UpdateOwnMembershipDto,
} from './dto/organization-emergencies.dto';
import { OrganizationView } from './dto/organization.view';
import { OrganizationEmergenciesService } from './organization-emergencies.service';
import { OrganizationQueries } from './organization.queries';

/** How an SOS reaches the members of an organization. */
@ApiTags('Organizations: emergencies')
@ApiBearerAuth('access-token')
@Controller('organizations/:id')
export class OrganizationEmergenciesController {
  constructor(
    private readonly service: OrganizationEmergenciesService,
    private readonly queries: OrganizationQueries,
  ) {}

  @Patch('emergency-settings')
  @Idempotent({ replay: OrganizationQueries })
  @ApiOperation({
    summary: 'Set whom an SOS of a member alerts',
    description:
      'For admins of the organization. Alerted are only people whom an admin approved or invited, only for a member who is ' +
      'approved too and agreed by `shareEmergencies`, and never for an anonymous SOS. What is left out stays as it is.',
  })
  @ApiData(OrganizationView)
  @ApiErrors(...CHANGE_ERRORS)
  async updateSettings(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() body: UpdateEmergencySettingsDto,
  ): Promise<OrganizationView> {
    await this.service.updateSettings(actor, id, body);
    return this.queries.view(actor, id);
  }

  @Patch('members/me')
  @Idempotent({ replay: OrganizationQueries })
  @ApiOperation({
    summary: 'Agree that the organization learns of your emergencies, or not any more',
    description:
      'For members; off until you agree. Taking it back ends the alerts of your live SOS that no member has accepted.',
  })
  @ApiData(OrganizationView)
  @ApiErrors(...CHANGE_ERRORS)
  async share(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() body: UpdateOwnMembershipDto,
  ): Promise<OrganizationView> {
    await this.service.share(actor, id, body);
    return this.queries.view(actor, id);
  }

  @Get('emergencies')
  @ApiOperation({
    summary: 'The live emergencies of members who agreed, newest first',
    description:
      'The dashboard of admins and moderators of the organization: whose it is, and the coarse place. Gone when it ends or the ' +
      'member stops sharing.',
  })
  @ApiPage(OrganizationEmergencyView)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS, 'FORBIDDEN', 'NOT_FOUND')
  live(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Query() query: PageQuery,
  ): Promise<Page<OrganizationEmergencyView>> {
    return this.service.live(actor, id, query);
  }
}
