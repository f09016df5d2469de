import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
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
import { ListOrganizationsQuery } from './dto/list-organizations.query';
import { CreateOrganizationDto, HandOverDto, UpdateOrganizationDto } from './dto/organization.dto';
import { OrganizationView } from './dto/organization.view';
import { OrganizationQueries } from './organization.queries';
import { OrganizationsService } from './organizations.service';
import { OwnershipService } from './ownership.service';

@ApiTags('Organizations')
@ApiBearerAuth('access-token')
@Controller('organizations')
export class OrganizationsController {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly ownership: OwnershipService,
    private readonly queries: OrganizationQueries,
  ) {}

  @Post()
  @Idempotent()
  @ApiOperation({
    summary: 'Found an organization',
    description: 'You are its owner, its first admin and its first member.',
  })
  @ApiData(OrganizationView, { status: 201, description: 'Founded.' })
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'CONFLICT', 'IDEMPOTENCY_KEY_REUSED')
  async create(
    @CurrentActor() actor: Actor,
    @Body() body: CreateOrganizationDto,
  ): Promise<OrganizationView> {
    return this.queries.view(actor, await this.organizations.create(actor, body));
  }

  @Get()
  @ApiOperation({
    summary: 'Organizations by words, kind and place',
    description:
      'Public profiles: the best match of the words, else the nearest to a place, else the newest first. ' +
      '`mine=true`: those you belong to.',
  })
  @ApiPage(OrganizationView)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS)
  list(
    @CurrentActor() actor: Actor,
    @Query() query: ListOrganizationsQuery,
  ): Promise<Page<OrganizationView>> {
    return this.queries.list(actor, query);
  }

  @Get(':id')
  @ApiOperation({
    summary: 'One organization',
    description: 'The profile for everybody; `inside` for members alone.',
  })
  @ApiData(OrganizationView)
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'NOT_FOUND')
  view(@CurrentActor() actor: Actor, @IdParam() id: Types.ObjectId): Promise<OrganizationView> {
    return this.queries.view(actor, id);
  }

  @Patch(':id')
  @Idempotent({ replay: OrganizationQueries })
  @ApiOperation({
    summary: 'Change the profile or the way in',
    description: 'For admins of the organization. What is left out stays as it is.',
  })
  @ApiData(OrganizationView)
  @ApiErrors(...CHANGE_ERRORS)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() body: UpdateOrganizationDto,
  ): Promise<OrganizationView> {
    await this.organizations.update(actor, id, body);
    return this.queries.view(actor, id);
  }

  @Delete(':id')
  @ApiOperation({
    summary: 'Remove an organization',
    description:
      'For its owner, and for moderators and admins of the platform, whose doing is recorded. Nobody finds it any more; ' +
      'memberships, join requests and invitations end.',
  })
  @ApiNoData({ description: 'Removed.' })
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'FORBIDDEN', 'NOT_FOUND')
  remove(@CurrentActor() actor: Actor, @IdParam() id: Types.ObjectId): Promise<void> {
    return this.organizations.remove(actor, id);
  }

  @Post(':id/owner')
  @HttpCode(200)
  @Idempotent({ replay: OrganizationQueries })
  @ApiOperation({
    summary: 'Hand the organization over to a member',
    description:
      'For the owner; and for admins of the platform, whose doing is recorded: the way out when the last admin is to be ' +
      'suspended. The new owner becomes an admin, the old one stays one.',
  })
  @ApiData(OrganizationView)
  @ApiErrors(...CHANGE_ERRORS)
  async handOver(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() { userId }: HandOverDto,
  ): Promise<OrganizationView> {
    await this.ownership.handOver(actor, id, new Types.ObjectId(userId));
    return this.queries.view(actor, id);
  }
}
