import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { notFound } from '../../common/errors/domain-error';
import { decodeCursor, type Page, toPage } from '../../common/http/pagination';
import type { ReplayView } from '../../common/idempotency/idempotent.decorator';
import { AuditLog } from '../audit/audit-log';
import { toStaffDecisionView } from './decisions/decision.view';
import { Decision } from './decisions/schemas/decision.schema';
import type { ListReportsQuery } from './dto/list-reports.query';
import type { QueuedReportView, ReportCaseView } from './dto/report.view';
import { toQueuedReportView } from './report.view';
import { Report } from './schemas/report.schema';

/** Shows moderators what waits for them. What is about the reader is not there: nobody learns who reported them, staff neither. */
@Injectable()
export class ReportQueue implements ReplayView {
  constructor(
    @InjectModel(Report.name) private readonly reports: Model<Report>,
    @InjectModel(Decision.name) private readonly decisions: Model<Decision>,
    private readonly audit: AuditLog,
  ) {}

  /** A repeated action shows the report as it is now: what it quotes is not kept with the answer. */
  replay(actor: Actor, { id }: Record<string, string>): Promise<ReportCaseView> {
    return this.show(actor, new Types.ObjectId(id));
  }

  /** The queue, oldest first. That it was read is recorded, on whoever read it: each report in it quotes. */
  async list(actor: Actor, query: ListReportsQuery): Promise<Page<QueuedReportView>> {
    const { limit, cursor, status, kind, mine } = query;
    const after = cursor === undefined ? undefined : position(cursor);
    await this.audit.access(actor, 'reports', actor.id);
    const rows = await this.reports
      .find({
        ...(status ? { status } : {}),
        ...(kind ? { 'subject.kind': kind } : {}),
        ...(mine ? { 'claim.by': actor.id, status: status ?? 'claimed' } : {}),
        ...(after ? { _id: { $gt: after } } : {}),
        owner: { $ne: actor.id },
      })
      .sort({ _id: 1 })
      .limit(limit + 1)
      .lean<Report[]>();
    return toPage(rows, limit, ({ _id }) => [_id.toHexString()], toQueuedReportView);
  }

  /** @throws DomainError NOT_FOUND, also for what is about the reader. */
  async find(actor: Actor, id: Types.ObjectId): Promise<Report> {
    const report = await this.reports.findOne({ _id: id, owner: { $ne: actor.id } }).lean<Report>();
    if (!report) throw notFound('This report');
    return report;
  }

  /**
   * One report with what was decided. That it was looked at is recorded: it quotes what people wrote to each other.
   *
   * @throws DomainError NOT_FOUND
   */
  async view(actor: Actor, id: Types.ObjectId): Promise<ReportCaseView> {
    await this.find(actor, id);
    await this.audit.access(actor, 'report', id);
    return this.show(actor, id);
  }

  /** As it is now, to somebody who acted on it. */
  async show(actor: Actor, id: Types.ObjectId): Promise<ReportCaseView> {
    const report = await this.find(actor, id);
    const decision = report.decision
      ? await this.decisions.findById(report.decision).lean<Decision>()
      : null;
    return {
      ...toQueuedReportView(report),
      decision: decision && toStaffDecisionView(decision),
    };
  }
}

function position(cursor: string): Types.ObjectId {
  return new Types.ObjectId(String(decodeCursor(cursor, ['id'])[0]));
}
