import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { PLANS } from '../../common/entitlements/plans';
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
import { ChangeSubscriptionDto, CreateSubscriptionDto } from './dto/subscription.dto';
import { PlansView, SubscriptionDto, SubscriptionPaymentDto } from './dto/subscription.view.dto';
import { SubscriptionCompletion } from './subscription-completion';
import { SubscriptionQueries } from './subscription.queries';
import { planView } from './subscription.view';
import { type KeptSubscription, SubscriptionsService } from './subscriptions.service';

/**
 * What the methods with `@Idempotent` return is not the answer: they write, and SubscriptionCompletion asks the provider once
 * that has committed, and answers.
 */
@ApiTags('Subscriptions')
@ApiBearerAuth('access-token')
@Controller('subscriptions')
export class SubscriptionsController {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly queries: SubscriptionQueries,
  ) {}

  @Get('plans')
  @ApiOperation({
    summary: 'The price table',
    description: 'All plans; each is paid by the month.',
  })
  @ApiData(PlansView)
  @ApiErrors(...TOKEN_ERRORS)
  plans(): PlansView {
    return { items: PLANS.map(planView), nextCursor: null };
  }

  @Post()
  @Idempotent({ complete: SubscriptionCompletion })
  @ApiOperation({
    summary: 'Subscribe an organization or a business to a plan',
    description:
      'For admins of the organization, owner and managers of the business: whoever asks pays. It is `incomplete` until the ' +
      'first payment has come, which `clientSecret` is for; then the larger limits hold at once. If that fails the ' +
      'subscription ends, and another can be begun. One that has not ended for each subject: CONFLICT (details: ' +
      'subscriptionId, status).',
  })
  @ApiData(SubscriptionPaymentDto, { status: 201 })
  @ApiErrors(...CHANGE_ERRORS, 'CONFLICT')
  create(
    @CurrentActor() actor: Actor,
    @Body() input: CreateSubscriptionDto,
  ): Promise<KeptSubscription> {
    return this.subscriptions.create(actor, input);
  }

  @Get()
  @ApiOperation({
    summary: 'What you pay for, and what the organizations and businesses you manage have',
    description: 'Newest first, those that have ended too.',
  })
  @ApiPage(SubscriptionDto)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS)
  list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<Page<SubscriptionDto>> {
    return this.queries.list(actor, query);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Idempotent({ complete: SubscriptionCompletion })
  @ApiOperation({
    summary: 'Cancel a subscription',
    description:
      'For who pays it, and who manages its subject. It ends with the period that is paid, and at once where none is. Members ' +
      'and promotions that are there stay; what is beyond the limits cannot be added to.',
  })
  @ApiData(SubscriptionDto)
  @ApiErrors(...CHANGE_ERRORS)
  cancel(@CurrentActor() actor: Actor, @IdParam() id: Types.ObjectId): Promise<KeptSubscription> {
    return this.subscriptions.cancel(actor, id);
  }

  @Post(':id/change')
  @HttpCode(200)
  @Idempotent({ complete: SubscriptionCompletion })
  @ApiOperation({
    summary: 'Change to another plan',
    description:
      'For who pays it and manages its subject. What it costs or gives back for the rest of the period the payment provider ' +
      'reckons. Where something is to be paid the plan changes once it is: at once by the card that is known, else with ' +
      '`clientSecret`.',
  })
  @ApiData(SubscriptionPaymentDto)
  @ApiErrors(...CHANGE_ERRORS, 'CONFLICT')
  change(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() input: ChangeSubscriptionDto,
  ): Promise<KeptSubscription> {
    return this.subscriptions.change(actor, id, input);
  }
}
