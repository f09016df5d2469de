import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module';
import { SocketsModule } from '../sockets/sockets.module';
import { MetricsController } from './metrics.controller';
import { NodeGauges } from './node-gauges';

/** `/metrics`: what every module has registered, and how the node is. */
@Module({
  imports: [EventsModule, SocketsModule],
  controllers: [MetricsController],
  providers: [NodeGauges],
})
export class MetricsModule {}
