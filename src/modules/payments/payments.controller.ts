import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
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
  ApiPage,
  CHANGE_ERRORS,
  TOKEN_ERRORS,
} from '../../common/swagger/api-envelope.decorators';
import { CreateIntentDto } from './dto/create-intent.dto';
import { ListPaymentsQuery } from './dto/list-payments.query';
import { PaymentDto, PaymentIntentDto, RefundDto } from './dto/payment.view.dto';
import { CreateRefundDto } from './dto/refund.dto';
import { PaymentCancellationService } from './payment-cancellation.service';
import { type KeptPayment, PaymentIntentsService } from './payment-intents.service';
import { PaymentQueries } from './payment.queries';
import { RefundsService } from './refunds/refunds.service';

/**
 * What these methods return is not the answer: they write, and the service that is named in `@Idempotent` asks the provider
 * once that has committed, and answers.
 */
@ApiTags('Payments')
@ApiBearerAuth('access-token')
@Controller('payments')
export class PaymentsController {
  constructor(
    private readonly intents: PaymentIntentsService,
    private readonly cancellation: PaymentCancellationService,
    private readonly refunds: RefundsService,
    private readonly queries: PaymentQueries,
  ) {}

  @Post('intents')
  @Idempotent({ complete: PaymentIntentsService })
  @ApiOperation({
    summary: 'Pay for something',
    description:
      'The price is ours: of the price table, the accepted offer or the booking. One payment for each thing: CONFLICT ' +
      '(details: paymentId, status) while another is unfinished or paid. It is given up after 24 hours.',
  })
  @ApiData(PaymentIntentDto, { status: 201, description: 'Pending, until the payer has paid.' })
  @ApiErrors(...CHANGE_ERRORS, 'CONFLICT')
  create(@CurrentActor() actor: Actor, @Body() input: CreateIntentDto): Promise<KeptPayment> {
    return this.intents.create(actor, input);
  }

  @Get()
  @ApiOperation({ summary: 'What you paid, newest first' })
  @ApiPage(PaymentDto)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS)
  list(@CurrentActor() actor: Actor, @Query() query: ListPaymentsQuery): Promise<Page<PaymentDto>> {
    return this.queries.list(actor, query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One payment', description: 'For who pays, and admins.' })
  @ApiData(PaymentDto)
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'NOT_FOUND')
  view(@CurrentActor() actor: Actor, @IdParam() id: Types.ObjectId): Promise<PaymentDto> {
    return this.queries.view(actor, id);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Idempotent({ complete: PaymentCancellationService })
  @ApiOperation({
    summary: 'Give an unfinished payment up',
    description:
      'For who pays. Then another can be made for the same thing. A bill of a subscription is given up with that: CONFLICT ' +
      '(details: subscriptionId).',
  })
  @ApiData(PaymentDto)
  @ApiErrors(...CHANGE_ERRORS, 'CONFLICT')
  cancel(@CurrentActor() actor: Actor, @IdParam() id: Types.ObjectId): Promise<KeptPayment> {
    return this.cancellation.request(actor, id);
  }

  @Post(':id/refunds')
  @Idempotent({ complete: RefundsService })
  @ApiOperation({
    summary: 'Give money back',
    description:
      'For admins; recorded. In sum never more than was paid: CONFLICT (details: leftMinor). `pending` where the provider ' +
      'has not answered yet: the server goes on asking.',
  })
  @ApiData(RefundDto, { status: 201 })
  @ApiErrors(...CHANGE_ERRORS, 'CONFLICT')
  refund(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() input: CreateRefundDto,
  ): Promise<{ refundId: string }> {
    return this.refunds.request(actor, id, input);
  }
}
