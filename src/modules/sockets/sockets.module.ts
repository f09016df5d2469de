import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { EventsModule } from '../events/events.module';
import { LiveSockets } from './live-sockets';
import { PersonalDelivery } from './personal-delivery';
import { SocketAccessGuard } from './socket-access.guard';
import { SocketRateGuard } from './socket-rate.guard';
import { SocketRates } from './socket-rates';

/** Socket connections, for the gateways of every domain. */
@Module({
  imports: [AuthModule, EventsModule],
  providers: [LiveSockets, PersonalDelivery, SocketRateGuard, SocketRates, SocketAccessGuard],
  exports: [
    LiveSockets,
    PersonalDelivery,
    SocketRateGuard,
    SocketRates,
    SocketAccessGuard,
    AuthModule,
  ],
})
export class SocketsModule {}
