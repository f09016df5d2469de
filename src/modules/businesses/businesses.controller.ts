import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
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
import { BusinessesQueries } from './businesses.queries';
import { BusinessesService } from './businesses.service';
import { BODY_ERRORS } from './body-errors';
import { BusinessDto } from './dto/business.view.dto';
import { CreateBusinessDto } from './dto/create-business.dto';
import { ListBusinessesQuery } from './dto/list-businesses.query';
import { UpdateBusinessDto } from './dto/update-business.dto';

@ApiTags('Businesses')
@ApiBearerAuth('access-token')
@Controller('businesses')
export class BusinessesController {
  constructor(
    private readonly businesses: BusinessesService,
    private readonly queries: BusinessesQueries,
  ) {}

  @Post()
  @Idempotent()
  @ApiOperation({
    summary: 'Put your business on the map',
    description: 'You own it. Place and contact are public; a moderator may verify it.',
  })
  @ApiData(BusinessDto, { status: 201, description: 'It can be found now.' })
  @ApiErrors(...BODY_ERRORS)
  async create(
    @CurrentActor() actor: Actor,
    @Body() fields: CreateBusinessDto,
  ): Promise<BusinessDto> {
    return this.queries.view(actor, await this.businesses.create(actor, fields));
  }

  @Get()
  @ApiOperation({
    summary: 'Find businesses',
    description:
      'By words, place, category, verification, opening hours and promotions, in any combination. Unless `sort` says otherwise, ' +
      'around a place the nearest come first, for words alone the best match, else the newest. Its promotions that you are shown count as views.',
  })
  @ApiPage(BusinessDto)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS)
  list(
    @CurrentActor() actor: Actor,
    @Query() query: ListBusinessesQuery,
  ): Promise<Page<BusinessDto>> {
    return this.queries.list(actor, query);
  }

  @Get(':id')
  @ApiOperation({
    summary: 'One business',
    description: 'Its running promotions count as viewed. Owner, managers and staff see more.',
  })
  @ApiData(BusinessDto)
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'NOT_FOUND')
  view(@CurrentActor() actor: Actor, @IdParam() id: Types.ObjectId): Promise<BusinessDto> {
    return this.queries.look(actor, id);
  }

  @Patch(':id')
  @Idempotent({ replay: BusinessesQueries })
  @ApiOperation({
    summary: 'Change a business',
    description:
      'For its owner and managers. Another name, category or place ends the verification: it was said of what stood there. ' +
      'What is so already changes nothing, and nobody is told.',
  })
  @ApiData(BusinessDto)
  @ApiErrors(...BODY_ERRORS, 'FORBIDDEN', 'NOT_FOUND', 'INVALID_TRANSITION')
  async update(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() changes: UpdateBusinessDto,
  ): Promise<BusinessDto> {
    await this.businesses.update(actor, id, changes);
    return this.queries.view(actor, id);
  }

  @Delete(':id')
  @ApiOperation({
    summary: 'Remove a business',
    description: 'For its owner and staff. It is hidden for good; what staff remove is recorded.',
  })
  @ApiNoData()
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'FORBIDDEN', 'NOT_FOUND', 'INVALID_TRANSITION')
  async remove(@CurrentActor() actor: Actor, @IdParam() id: Types.ObjectId): Promise<null> {
    await this.businesses.remove(actor, id);
    return null;
  }
}
