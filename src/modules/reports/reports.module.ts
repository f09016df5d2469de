import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { UsersModule } from '../users/users.module';
import { AdminReportsController } from './admin-reports.controller';
import { ReportSubjects } from './report-subjects';
import { ReportsController } from './reports.controller';
import { ReportsService } from './reports.service';
import { Report, ReportSchema } from './schemas/report.schema';

/** Reports of people and things, for moderators. The modules whose things can be reported import this one. */
@Module({
  imports: [UsersModule, MongooseModule.forFeature([{ name: Report.name, schema: ReportSchema }])],
  controllers: [ReportsController, AdminReportsController],
  providers: [ReportSubjects, ReportsService],
  exports: [ReportSubjects],
})
export class ReportsModule {}
