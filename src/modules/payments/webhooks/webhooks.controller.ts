import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { Public } from '../../../common/auth/route-access.decorators';
import { RAW_BODY } from '../../../common/http/raw-body';
import { ApiErrors, ApiNoData } from '../../../common/swagger/api-envelope.decorators';
import { RateLimit } from '../../../common/throttle/rate-limit.decorator';
import { PROVIDERS } from '../providers/payment-provider';
import { WebhookEventDto } from './webhook-event.dto';
import { WebhooksService } from './webhooks.service';

@ApiTags('Payments')
@Controller('payments/webhooks')
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Post(':provider')
  @HttpCode(200)
  @Public()
  // A provider that sends again what piled up must not be held off; what is not signed costs one hash.
  @RateLimit('unlimited')
  @RouteConfig(RAW_BODY)
  @ApiOperation({
    summary: 'What a payment provider tells',
    description:
      'For providers: known by the signature over the raw body. 200 once the effect is on disk; an event that was taken ' +
      'before, or is of a type that we do not know, has none. UNAVAILABLE for what is not known here yet: send it again. ' +
      'Unknown fields are passed over. Sandbox: `{id, type: payment.processing, payment.succeeded, payment.failed, ' +
      'payment.cancelled or payment.refunded, data: {paymentId, amountMinor?}}`, signed in `Sandbox-Signature`.',
  })
  @ApiParam({ name: 'provider', enum: PROVIDERS, example: 'sandbox' })
  @ApiBody({ type: WebhookEventDto })
  @ApiNoData({ description: 'Taken.' })
  @ApiErrors('INVALID_SIGNATURE', 'VALIDATION_FAILED', 'NOT_FOUND')
  async receive(
    @Param('provider') provider: string,
    @Req() request: FastifyRequest,
  ): Promise<null> {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(',') : value,
      ]),
    );
    await this.webhooks.receive(provider, body, headers);
    return null;
  }
}
