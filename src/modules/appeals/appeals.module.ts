import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditModule } from '../audit/audit.module';
import { AuthModule } from '../auth/auth.module';
import { PersonalDataModule } from '../data-protection/personal-data.module';
import { NotificationsModule } from '../notifications/notifications.module';
import { ReportsModule } from '../reports/reports.module';
import { UsersModule } from '../users/users.module';
import { AdminAppealsController } from './admin-appeals.controller';
import { AppealDecisionsService } from './appeal-decisions.service';
import { ModerationRecords } from './moderation-records';
import { AppealsController } from './appeals.controller';
import { AppealsService } from './appeals.service';
import { Appeal, AppealSchema } from './schemas/appeal.schema';

/** Another look at what moderators decided. */
@Module({
  imports: [
    AuditModule,
    AuthModule,
    NotificationsModule,
    PersonalDataModule,
    ReportsModule,
    UsersModule,
    MongooseModule.forFeature([{ name: Appeal.name, schema: AppealSchema }]),
  ],
  controllers: [AppealsController, AdminAppealsController],
  providers: [AppealDecisionsService, AppealsService, ModerationRecords],
})
export class AppealsModule {}
