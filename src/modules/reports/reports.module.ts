import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AdminModule } from '../admin/admin.module';
import { AuditModule } from '../audit/audit.module';
import { EventsModule } from '../events/events.module';
import { SocketsModule } from '../sockets/sockets.module';
import { TrustModule } from '../trust/trust.module';
import { UsersModule } from '../users/users.module';
import { AdminReportsController } from './admin-reports.controller';
import { DecisionEffects } from './decisions/decision-effects';
import { DecisionsService } from './decisions/decisions.service';
import { ModerationDelivery } from './decisions/moderation-delivery';
import { Decision, DecisionSchema } from './decisions/schemas/decision.schema';
import { ReportClaims } from './report-claims';
import { ReportQueue } from './report-queue';
import { ReportSubjects } from './report-subjects';
import { ReportsController } from './reports.controller';
import { ReportsService } from './reports.service';
import { Report, ReportSchema } from './schemas/report.schema';
import { ReportPersonalData } from './report.personal-data';

/** Reports of people and things, for moderators. The modules whose things can be reported import this one. */
@Module({
  imports: [
    AdminModule,
    AuditModule,
    EventsModule,
    SocketsModule,
    TrustModule,
    UsersModule,
    MongooseModule.forFeature([
      { name: Report.name, schema: ReportSchema },
      { name: Decision.name, schema: DecisionSchema },
    ]),
  ],
  controllers: [ReportsController, AdminReportsController],
  providers: [
    DecisionEffects,
    DecisionsService,
    ModerationDelivery,
    ReportClaims,
    ReportPersonalData,
    ReportQueue,
    ReportSubjects,
    ReportsService,
  ],
  exports: [DecisionEffects, MongooseModule, ReportSubjects],
})
export class ReportsModule {}
