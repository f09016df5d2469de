import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { AllowSuspended, Public } from '../../common/auth/route-access.decorators';
import { type Page, PageQuery } from '../../common/http/pagination';
import { Idempotent } from '../../common/idempotency/idempotent.decorator';
import { ApiData, ApiErrors, ApiPage } from '../../common/swagger/api-envelope.decorators';
import { RateLimit } from '../../common/throttle/rate-limit.decorator';
import { DecisionView } from '../reports/decisions/dto/decision.view';
import { AppealsService } from './appeals.service';
import { AppealByLinkDto, CreateAppealDto } from './dto/appeal.dto';
import { AppealView } from './dto/appeal.view';

const SUSPENDED_TOO =
  'Suspended people, too, while they hold an access token; after that by the link.';

/** Asking for another look at what was decided about oneself. */
@ApiTags('Appeals')
@Controller('appeals')
export class AppealsController {
  constructor(private readonly appeals: AppealsService) {}

  @Post()
  @ApiBearerAuth('access-token')
  @AllowSuspended()
  @Idempotent()
  @RateLimit('report')
  @ApiOperation({
    summary: 'Appeal a decision about me',
    description: `Once, within 30 days. Another moderator than who decided looks at it. ${SUSPENDED_TOO}`,
  })
  @ApiData(AppealView, { status: 201, description: 'In the queue.' })
  @ApiErrors(
    'VALIDATION_FAILED',
    'UNAUTHENTICATED',
    'TOKEN_EXPIRED',
    'NOT_FOUND',
    'CONFLICT',
    'IDEMPOTENCY_KEY_REUSED',
  )
  create(@CurrentActor() actor: Actor, @Body() input: CreateAppealDto): Promise<AppealView> {
    return this.appeals.create(actor.id, input);
  }

  @Post('by-link')
  @Public()
  @RateLimit('verifyEmail')
  @ApiOperation({
    summary: 'Appeal a decision by the link in the mail about it',
    description:
      'For who cannot log in any more. The token is in the link that was mailed to a confirmed address, and in ' +
      '`details.appealToken` of a log-in that is refused because of the decision.',
  })
  @ApiData(AppealView, { status: 201, description: 'In the queue.' })
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CREDENTIALS', 'CONFLICT', 'NOT_FOUND')
  createByLink(@Body() { token, text }: AppealByLinkDto): Promise<AppealView> {
    return this.appeals.createByLink(token, text);
  }

  @Get()
  @ApiBearerAuth('access-token')
  @AllowSuspended()
  @ApiOperation({ summary: 'What I appealed, newest first', description: SUSPENDED_TOO })
  @ApiPage(AppealView)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', 'UNAUTHENTICATED', 'TOKEN_EXPIRED')
  list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<Page<AppealView>> {
    return this.appeals.list(actor.id, query);
  }

  @Get('decisions')
  @ApiBearerAuth('access-token')
  @AllowSuspended()
  @ApiOperation({
    summary: 'What was decided about me and what is mine, newest first',
    description: SUSPENDED_TOO,
  })
  @ApiPage(DecisionView)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', 'UNAUTHENTICATED', 'TOKEN_EXPIRED')
  decisions(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<Page<DecisionView>> {
    return this.appeals.decisionsAbout(actor.id, query);
  }
}
