import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../../common/auth/route-access.decorators';
import { DomainError } from '../../common/errors/domain-error';
import { success, type Success } from '../../common/http/envelope';
import { BareResponse } from '../../common/http/envelope.interceptor';
import { ApiData, ApiErrors } from '../../common/swagger/api-envelope.decorators';
import { RateLimit } from '../../common/throttle/rate-limit.decorator';
import { Clock } from '../../common/time/clock';
import { TrackingDto } from './dto/tracking.dto';
import { deadLinkPage, PAGE_POLICY, trackingPage } from './tracking.page';
import { TrackingService } from './tracking.service';
import { wantsHtml } from './wants-html';

@ApiTags('Tracking')
@Controller('track')
export class TrackingController {
  constructor(
    private readonly tracking: TrackingService,
    private readonly clock: Clock,
  ) {}

  @Get(':token')
  @Public()
  @RateLimit('tracking')
  @BareResponse()
  @ApiOperation({
    summary: 'Follow the SOS of somebody who named you as an emergency contact',
    description:
      'By the link that was sent to you. A page for browsers, JSON for everybody else, by `Accept`. The position is there while ' +
      'the person shares it; after the end there is only the status, and six hours later nothing.',
  })
  @ApiParam({ name: 'token', description: 'From the link in the message.' })
  @ApiProduces('application/json', 'text/html')
  @ApiData(TrackingDto)
  @ApiErrors('VALIDATION_FAILED', 'NOT_FOUND')
  async track(
    @Param('token') token: string,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | Success<TrackingDto>> {
    // Threat: who has the link has the position. It must not be kept on the way, found by a search, or told to where links lead.
    void reply.headers({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
    });
    if (!wantsHtml(accept)) return success(await this.tracking.view(token));
    void reply.type('text/html; charset=utf-8').header('content-security-policy', PAGE_POLICY);
    try {
      return trackingPage(await this.tracking.view(token), this.clock.now());
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'NOT_FOUND') {
        void reply.type('application/json; charset=utf-8');
        throw error;
      }
      void reply.status(404);
      return deadLinkPage();
    }
  }
}
