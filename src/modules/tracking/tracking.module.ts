import { Module } from '@nestjs/common';
import { EmergenciesModule } from '../emergencies/emergencies.module';
import { NotificationsModule } from '../notifications/notifications.module';
import { UsersModule } from '../users/users.module';
import { ContactLimits } from './contacts/contact-limits';
import { ContactMessages } from './contacts/contact-messages';
import { ContactNotices } from './contacts/contact-notices';
import { ContactSweeper } from './contacts/contact.sweeper';
import { TrackingController } from './tracking.controller';
import { TrackingService } from './tracking.service';
import { TrackingTokens } from './tracking-tokens';

/** The requester's own people: what they are told of an SOS, and the page where they follow it. */
@Module({
  imports: [EmergenciesModule, NotificationsModule, UsersModule],
  controllers: [TrackingController],
  providers: [
    ContactLimits,
    ContactMessages,
    ContactNotices,
    ContactSweeper,
    TrackingService,
    TrackingTokens,
  ],
})
export class TrackingModule {}
