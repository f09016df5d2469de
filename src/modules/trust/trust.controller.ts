import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { type Page, PageQuery } from '../../common/http/pagination';
import {
  ApiData,
  ApiErrors,
  ApiPage,
  TOKEN_ERRORS,
} from '../../common/swagger/api-envelope.decorators';
import { TrustDto, TrustEventDto } from './dto/trust.view.dto';
import { TrustQueries } from './trust.queries';

@ApiTags('Trust')
@ApiBearerAuth('access-token')
@Controller('users/me/trust')
export class TrustController {
  constructor(private readonly queries: TrustQueries) {}

  @Get()
  @ApiOperation({
    summary: 'My trust score, and what it is made of',
    description: 'Points are halved every 180 days. How they are counted: docs/trust.md.',
  })
  @ApiData(TrustDto)
  @ApiErrors(...TOKEN_ERRORS)
  own(@CurrentActor() actor: Actor): Promise<TrustDto> {
    return this.queries.own(actor);
  }

  @Get('events')
  @ApiOperation({
    summary: 'What earned and lost me trust, newest first',
    description:
      'Rescues that were confirmed, requests and bookings that were rated, reports that were upheld.',
  })
  @ApiPage(TrustEventDto)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS)
  events(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<Page<TrustEventDto>> {
    return this.queries.page(actor, query);
  }
}
