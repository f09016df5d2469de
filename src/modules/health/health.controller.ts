import { Controller, Get, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  HealthCheck,
  type HealthCheckResult,
  HealthCheckService,
  HealthIndicatorService,
} from '@nestjs/terminus';
import { Public } from '../../common/auth/route-access.decorators';
import { DatabaseReadiness } from '../../common/database/database-readiness';
import { BareResponse } from '../../common/http/envelope.interceptor';
import { RateLimit } from '../../common/throttle/rate-limit.decorator';
import { ChangeFeed } from '../events/change-feed';
import { UnhealthyFilter } from './unhealthy.filter';

@ApiTags('Health')
@Public()
@RateLimit('unlimited')
@BareResponse()
@UseFilters(UnhealthyFilter)
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: DatabaseReadiness,
    private readonly feed: ChangeFeed,
  ) {}

  /** The process runs and answers; says nothing of the database. */
  @Get('live')
  @HealthCheck()
  @ApiOperation({ summary: 'Is the process alive?' })
  live(): Promise<HealthCheckResult> {
    return this.health.check([]);
  }

  /** This node can take traffic: the primary answers, the indexes are built, the change stream is open. */
  @Get('ready')
  @HealthCheck()
  @ApiOperation({ summary: 'Can this node take traffic?' })
  ready(): Promise<HealthCheckResult> {
    return this.health.check([
      async () => {
        const indicator = this.indicators.check('database');
        const ready = await this.database.isReady().catch(() => false);
        return ready
          ? indicator.up()
          : indicator.down('The primary does not answer, or indexes are missing.');
      },
      () => {
        const indicator = this.indicators.check('changeStream');
        return this.feed.isFresh()
          ? indicator.up()
          : indicator.down('The change stream is not open.');
      },
    ]);
  }
}
