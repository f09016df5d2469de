import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { EventRecord } from '../../events/schemas/event.schema';
import { PersonalDelivery } from '../../sockets/personal-delivery';
import { toReportView } from '../report.view';
import { Report } from '../schemas/report.schema';
import { toDecisionView } from './decision.view';
import { Decision } from './schemas/decision.schema';

/** Tells reporters how their report was decided, and people what was decided about them, while they are connected. */
@Injectable()
export class ModerationDelivery implements OnModuleInit {
  constructor(
    @InjectModel(Report.name) private readonly reports: Model<Report>,
    @InjectModel(Decision.name) private readonly decisions: Model<Decision>,
    private readonly delivery: PersonalDelivery,
  ) {}

  onModuleInit(): void {
    this.delivery.register('report', (event, viewer) => this.report(event, viewer));
    this.delivery.register('moderation', (event, viewer) => this.decision(event, viewer));
  }

  private async report({ subject }: EventRecord, reporter: Types.ObjectId): Promise<unknown> {
    const report = await this.reports.findOne({ _id: subject, reporter }).lean<Report>();
    return report && toReportView(report);
  }

  private async decision({ subject }: EventRecord, person: Types.ObjectId): Promise<unknown> {
    const decision = await this.decisions.findOne({ _id: subject, person }).lean<Decision>();
    return decision && toDecisionView(decision);
  }
}
