import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditModule } from '../audit/audit.module';
import { EventsModule } from '../events/events.module';
import { SocketsModule } from '../sockets/sockets.module';
import { UsersModule } from '../users/users.module';
import { DeadLettersController } from './dead-letters/dead-letters.controller';
import { DeadLettersService } from './dead-letters/dead-letters.service';
import { DeliveriesModule } from './deliveries/deliveries.module';
import { InboxController } from './inbox/inbox.controller';
import { InboxDelivery } from './inbox/inbox-delivery';
import { InboxService } from './inbox/inbox.service';
import { NotificationTexts } from './inbox/notification-texts';
import { NoticeDeliveries } from './notice-deliveries';
import { Notices } from './notices';
import { NotificationAccounts } from './notification-accounts';
import { NotificationComposer } from './notification-composer';
import { PreferencesController } from './preferences/preferences.controller';
import { PreferencesService } from './preferences/preferences.service';
import { EventNotices } from './rules/event-notices';
import {
  NotificationPreferences,
  NotificationPreferencesSchema,
} from './schemas/notification-preferences.schema';
import { Notification, NotificationSchema } from './schemas/notification.schema';
import { SubjectLinks } from './subject-links';

/** What people are told: their inbox, how they want to be reached, and what is told by which event. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: Notification.name, schema: NotificationSchema },
      { name: NotificationPreferences.name, schema: NotificationPreferencesSchema },
    ]),
    AuditModule,
    DeliveriesModule,
    EventsModule,
    SocketsModule,
    UsersModule,
  ],
  controllers: [DeadLettersController, InboxController, PreferencesController],
  providers: [
    DeadLettersService,
    EventNotices,
    InboxDelivery,
    InboxService,
    NoticeDeliveries,
    Notices,
    SubjectLinks,
    NotificationAccounts,
    NotificationComposer,
    NotificationTexts,
    PreferencesService,
  ],
  exports: [DeliveriesModule, Notices, SubjectLinks],
})
export class NotificationsModule {}
