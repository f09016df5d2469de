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
import { CreateSkillDto } from './dto/create-skill.dto';
import { SearchSkillsQuery } from './dto/search-skills.query';
import { SkillDto } from './dto/skill.view.dto';
import { UpdateSkillDto } from './dto/update-skill.dto';
import { SkillQueries } from './skill.queries';
import { SkillSearch } from './skill.search';
import { SkillsService } from './skills.service';

@ApiTags('Skills')
@ApiBearerAuth('access-token')
@Controller('skills')
export class SkillsController {
  constructor(
    private readonly skills: SkillsService,
    private readonly queries: SkillQueries,
    private readonly search: SkillSearch,
  ) {}

  @Post()
  @Idempotent()
  @ApiOperation({
    summary: 'Offer a skill',
    description: 'Others see the place as the centre of a cell of about 500 m.',
  })
  @ApiData(SkillDto, { status: 201, description: 'Listed.' })
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'IDEMPOTENCY_KEY_REUSED')
  async create(@CurrentActor() actor: Actor, @Body() body: CreateSkillDto): Promise<SkillDto> {
    return this.queries.show(actor, await this.skills.create(actor, body));
  }

  @Get()
  @ApiOperation({
    summary: 'Search the listings',
    description:
      'With a place: what is inside the radius and whose owner comes that far. Filter, sort and distance know the cell ' +
      'alone, never the exact place. With `mine=true`: your own, paused ones among them, wherever you search from.',
  })
  @ApiPage(SkillDto)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS)
  list(@CurrentActor() actor: Actor, @Query() query: SearchSkillsQuery): Promise<Page<SkillDto>> {
    return this.search.page(actor, query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One listing, as you may see it' })
  @ApiData(SkillDto)
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'NOT_FOUND')
  view(@CurrentActor() actor: Actor, @IdParam() id: Types.ObjectId): Promise<SkillDto> {
    return this.queries.view(actor, id);
  }

  @Patch(':id')
  @Idempotent({ replay: SkillQueries })
  @ApiOperation({
    summary: 'Change, pause or resume your listing',
    description: 'Bookings keep the price that they were asked for at.',
  })
  @ApiData(SkillDto)
  @ApiErrors(
    'VALIDATION_FAILED',
    ...TOKEN_ERRORS,
    'FORBIDDEN',
    'NOT_FOUND',
    'IDEMPOTENCY_KEY_REUSED',
  )
  async update(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() body: UpdateSkillDto,
  ): Promise<SkillDto> {
    return this.queries.show(actor, await this.skills.update(actor, id, body));
  }

  @Delete(':id')
  @ApiOperation({
    summary: 'Remove a listing',
    description: 'For its owner and moderators. Open bookings of it are cancelled.',
  })
  @ApiNoData()
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'FORBIDDEN', 'NOT_FOUND')
  async remove(@CurrentActor() actor: Actor, @IdParam() id: Types.ObjectId): Promise<null> {
    await this.skills.remove(actor, id);
    return null;
  }
}
