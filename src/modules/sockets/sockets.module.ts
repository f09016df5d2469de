import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { LiveSockets } from './live-sockets';
import { SocketRateGuard } from './socket-rate.guard';

/** Socket connections, for the gateways of every domain. */
@Module({
  imports: [AuthModule],
  providers: [LiveSockets, SocketRateGuard],
  exports: [LiveSockets, SocketRateGuard],
})
export class SocketsModule {}
