import { Module } from '@nestjs/common';
import { EmergenciesModule } from '../emergencies/emergencies.module';
import { UsersModule } from '../users/users.module';
import { TrackingController } from './tracking.controller';
import { TrackingService } from './tracking.service';
import { TrackingTokens } from './tracking-tokens';

/** The requester's own people: what they are told of an SOS, and the page where they follow it. */
@Module({
  imports: [EmergenciesModule, UsersModule],
  controllers: [TrackingController],
  providers: [TrackingService, TrackingTokens],
})
export class TrackingModule {}
