import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash, timingSafeEqual } from 'node:crypto';
import { Public } from '../../common/auth/route-access.decorators';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { BareResponse } from '../../common/http/envelope.interceptor';
import { MetricsRegistry } from '../../common/metrics/metrics-registry';
import { ApiErrors } from '../../common/swagger/api-envelope.decorators';
import { RateLimit } from '../../common/throttle/rate-limit.decorator';
import { appConfig } from '../../config/app.config';

/** Prometheus' text format. */
const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

@ApiTags('Health')
@Public()
@RateLimit('unlimited')
@BareResponse()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly registry: MetricsRegistry,
    @Inject(appConfig.KEY) private readonly config: ConfigType<typeof appConfig>,
  ) {}

  /**
   * What this node counts and measures. No personal data, but how often somebody calls for help is nobody else's business:
   * METRICS_TOKEN closes it, and production does not open it without.
   */
  @Get()
  @ApiOperation({
    summary: 'Metrics of this node, for Prometheus',
    description:
      'With METRICS_TOKEN set: by that token as a bearer. In production there is nothing here without it.',
  })
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  @ApiErrors('UNAUTHENTICATED', 'NOT_FOUND')
  metrics(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { metricsToken, production } = this.config;
    if (metricsToken === undefined) {
      if (production) throw notFound('This route');
    } else if (!alike(request.headers.authorization ?? '', `Bearer ${metricsToken}`)) {
      throw new DomainError('UNAUTHENTICATED', 'Send METRICS_TOKEN as a bearer token.');
    }
    void reply.type(TEXT_FORMAT);
    return this.registry.metrics();
  }
}

/** In the same time whatever is given. The threat: guessing a secret letter by letter. */
function alike(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
