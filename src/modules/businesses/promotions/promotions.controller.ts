import { Body, Controller, Delete, HttpCode, Patch, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Types } from 'mongoose';
import type { Actor } from '../../../common/auth/actor';
import { CurrentActor } from '../../../common/auth/current-actor.decorator';
import { notFound } from '../../../common/errors/domain-error';
import { IdParam } from '../../../common/http/id-param.decorator';
import { Idempotent } from '../../../common/idempotency/idempotent.decorator';
import {
  ApiData,
  ApiErrors,
  ApiNoData,
  TOKEN_ERRORS,
} from '../../../common/swagger/api-envelope.decorators';
import { RateLimit } from '../../../common/throttle/rate-limit.decorator';
import { BODY_ERRORS } from '../body-errors';
import { BusinessesQueries } from '../businesses.queries';
import { CreatePromotionDto, UpdatePromotionDto } from '../dto/promotion.dto';
import { PromotionView } from '../dto/promotion.view.dto';
import { PromotionClicksService } from './promotion-clicks.service';
import { PromotionsService } from './promotions.service';

@ApiTags('Businesses')
@ApiBearerAuth('access-token')
@Controller('businesses/:id/promotions')
export class PromotionsController {
  constructor(
    private readonly promotions: PromotionsService,
    private readonly clicks: PromotionClicksService,
    private readonly queries: BusinessesQueries,
  ) {}

  @Post()
  @Idempotent()
  @ApiOperation({
    summary: 'Promote something for a time',
    description:
      'For owner and managers. It starts and ends by the clock. At no instant may more run than the tier allows: one, for a ' +
      'free business.',
  })
  @ApiData(PromotionView, { status: 201 })
  @ApiErrors(...BODY_ERRORS, 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT', 'INVALID_TRANSITION')
  async create(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() fields: CreatePromotionDto,
  ): Promise<PromotionView> {
    return this.view(actor, id, await this.promotions.create(actor, id, fields));
  }

  @Patch(':promotionId')
  @Idempotent()
  @ApiOperation({
    summary: 'Change a promotion',
    description:
      'For owner and managers, until it ends. Another period is held to the rule of a new one.',
  })
  @ApiData(PromotionView)
  @ApiErrors(...BODY_ERRORS, 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT', 'INVALID_TRANSITION')
  async update(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @IdParam('promotionId') promotionId: Types.ObjectId,
    @Body() changes: UpdatePromotionDto,
  ): Promise<PromotionView> {
    await this.promotions.update(actor, id, promotionId, changes);
    return this.view(actor, id, promotionId);
  }

  @Delete(':promotionId')
  @ApiOperation({
    summary: 'Remove a promotion',
    description:
      'For owner, managers and staff; what staff remove is recorded. One that was removed before is 404.',
  })
  @ApiNoData()
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'FORBIDDEN', 'NOT_FOUND', 'INVALID_TRANSITION')
  async remove(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @IdParam('promotionId') promotionId: Types.ObjectId,
  ): Promise<null> {
    await this.promotions.remove(actor, id, promotionId);
    return null;
  }

  @Post(':promotionId/click')
  @HttpCode(202)
  @RateLimit('click')
  @ApiOperation({
    summary: 'You followed a promotion',
    description:
      'Counted within seconds, without a trace of who it was; not for its own people and staff. At most 30 a minute. It takes ' +
      'no Idempotency-Key: to know a repeat it would have to remember you.',
  })
  @ApiNoData({ status: 202, description: 'Taken.' })
  @ApiErrors(...BODY_ERRORS, 'NOT_FOUND', 'INVALID_TRANSITION')
  async click(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @IdParam('promotionId') promotionId: Types.ObjectId,
  ): Promise<null> {
    await this.clicks.click(actor, id, promotionId);
    return null;
  }

  private async view(
    actor: Actor,
    id: Types.ObjectId,
    promotionId: Types.ObjectId,
  ): Promise<PromotionView> {
    const { promotions } = await this.queries.view(actor, id);
    const promotion = promotions.find((one) => one.id === promotionId.toHexString());
    if (!promotion) throw notFound('The promotion');
    return promotion;
  }
}
