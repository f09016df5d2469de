import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
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
      'Unknown fields are passed over. The body below is the sandbox’s; Stripe’s is in its own documentation.',
  })
  @ApiHeader({
    name: 'Sandbox-Signature',
    required: false,
    description:
      'For `sandbox`: `t=<unix seconds>,v1=<HMAC-SHA256 of "t.body" by SANDBOX_WEBHOOK_SECRET, hex>`, at most five minutes ' +
      'from our clock. For `stripe`: `Stripe-Signature`, which Stripe makes.',
    example: 't=1795342530,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd',
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
