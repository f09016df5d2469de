import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { invalidField, notFound } from '../../common/errors/domain-error';
import { decodeCursor, type Page, type PageQuery, toPage } from '../../common/http/pagination';
import { Clock } from '../../common/time/clock';
import { ActiveAccounts } from '../users/active-accounts';
import { UserLifecycle, type UserLifecycleListener } from '../users/user-lifecycle';
import { UsersService } from '../users/users.service';
import type { CreateReportDto } from './dto/create-report.dto';
import type { ReportView } from './dto/report.view';
import { Decision } from './decisions/schemas/decision.schema';
import { type ReportedSubject, ReportSubjects } from './report-subjects';
import { PENDING } from './report.transitions';
import { toReportView } from './report.view';
import { Report } from './schemas/report.schema';

/** Takes reports into the queue, and keeps them from naming people who are erased. */
@Injectable()
export class ReportsService implements UserLifecycleListener, OnModuleInit {
  constructor(
    @InjectModel(Report.name) private readonly reports: Model<Report>,
    @InjectModel(Decision.name) private readonly decisions: Model<Decision>,
    private readonly subjects: ReportSubjects,
    private readonly users: UsersService,
    private readonly accounts: ActiveAccounts,
    private readonly lifecycle: UserLifecycle,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.lifecycle.register(this);
    this.subjects.register('user', async (actor, id) =>
      (await this.users.mayReport(actor, id)) ? { owner: id } : null,
    );
  }

  /**
   * Reports something. Until a report of the same thing by the same person is decided, a repeat gives that one back.
   *
   * @throws DomainError NOT_FOUND for what the reporter may not see, VALIDATION_FAILED for oneself and one's own things.
   */
  async create(actor: Actor, { subject, reason, text }: CreateReportDto): Promise<ReportView> {
    const { kind } = subject;
    const id = new Types.ObjectId(subject.id);
    const report = await this.transactions.run(
      async (session) => {
        await this.accounts.hold(session, actor.id);
        const found = await this.subjects.find(actor, kind, id);
        if (!found) throw notFound('What you report');
        if (found.owner?.equals(actor.id)) {
          throw invalidField('subject', 'you cannot report yourself or what is yours');
        }
        const evidence = await this.evidence(session, found);
        // An upsert, because a duplicate key would end the transaction that this may be a part of.
        return this.reports.collection.findOneAndUpdate(
          {
            reporter: actor.id,
            'subject.kind': kind,
            'subject.id': id,
            status: { $in: [...PENDING] },
          },
          {
            $setOnInsert: {
              status: 'open',
              seq: 0,
              claim: null,
              decision: null,
              owner: found.owner,
              reason,
              text: text ?? null,
              evidence,
              createdAt: this.clock.now(),
            },
          },
          { session, upsert: true, returnDocument: 'after' },
        );
      },
      { about: actor.id.toHexString() },
    );
    if (!report) throw new Error('An upsert gave no document.');
    return toReportView(report as Report);
  }

  /**
   * Null also where the owner's account was erased. The owner is held: an erasure that comes at the same time would not see
   * this report, and leave their words in it.
   */
  private async evidence(
    session: ClientSession,
    { owner, evidence = null }: ReportedSubject,
  ): Promise<string | null> {
    if (evidence === null || owner === null) return evidence;
    return (await this.accounts.holdUnlessErased(session, owner)) ? evidence : null;
  }

  /** What somebody reported, newest first. */
  async listOwn(actor: Actor, { limit, cursor }: PageQuery): Promise<Page<ReportView>> {
    const rows = await this.reports
      .find({ reporter: actor.id, ...(cursor ? { _id: { $lt: position(cursor) } } : {}) })
      .sort({ _id: -1 })
      .limit(limit + 1)
      .lean<Report[]>();
    return toPage(rows, limit, ({ _id }) => [_id.toHexString()], toReportView);
  }

  /** What stays says who was reported for what, by ids alone. */
  async onErasing(user: Types.ObjectId): Promise<void> {
    await this.reports.updateMany({ reporter: user }, { $set: { text: null } });
    await this.reports.updateMany({ owner: user }, { $set: { evidence: null } });
    await this.decisions.updateMany({ person: user }, { $set: { reason: null } });
  }
}

function position(cursor: string): Types.ObjectId {
  return new Types.ObjectId(String(decodeCursor(cursor, ['id'])[0]));
}
