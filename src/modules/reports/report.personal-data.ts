import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { PersonalData, toldOneByOne } from '../data-protection/personal-data';
import { Report } from './schemas/report.schema';

/** What somebody reported, for the archive of their data. What others reported of them would tell who did. */
@Injectable()
export class ReportPersonalData implements OnModuleInit {
  constructor(
    @InjectModel(Report.name) private readonly reports: Model<Report>,
    private readonly data: PersonalData,
  ) {}

  onModuleInit(): void {
    this.data.register('reports', (reporter) =>
      toldOneByOne(this.reports.find({ reporter }).lean<Report[]>().cursor(), (report) => ({
        id: report._id,
        kind: report.subject.kind,
        reason: report.reason,
        text: report.text,
        status: report.status,
        createdAt: report.createdAt,
      })),
    );
  }
}
