import { Global, Module } from '@nestjs/common';
import { MetricsRegistry } from './metrics/metrics-registry';
import { Clock } from './time/clock';

/** What every module may use without asking: the clock, and where metrics register. */
@Global()
@Module({ providers: [Clock, MetricsRegistry], exports: [Clock, MetricsRegistry] })
export class CommonModule {}
