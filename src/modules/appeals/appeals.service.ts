import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError, invalidField, notFound } from '../../common/errors/domain-error';
import {
  behindCursor,
  NEWEST,
  type Page,
  type PageQuery,
  sortBy,
  toSortedPage,
} from '../../common/http/pagination';
import { Clock } from '../../common/time/clock';
import { AppealTokens } from '../auth/appeal-tokens';
import { appealableUntil, toDecisionView } from '../reports/decisions/decision.view';
import type { DecisionView } from '../reports/decisions/dto/decision.view';
import { Decision } from '../reports/decisions/schemas/decision.schema';
import { Report } from '../reports/schemas/report.schema';
import { ActiveAccounts } from '../users/active-accounts';
import { UserLifecycle, type UserLifecycleListener } from '../users/user-lifecycle';
import { toAppealView } from './appeal.view';
import type { CreateAppealDto } from './dto/appeal.dto';
import type { AppealView } from './dto/appeal.view';
import { Appeal } from './schemas/appeal.schema';

/** Takes appeals of those who were acted on, of suspended people too, and shows them what was decided about them. */
@Injectable()
export class AppealsService implements UserLifecycleListener, OnModuleInit {
  constructor(
    @InjectModel(Appeal.name) private readonly appeals: Model<Appeal>,
    @InjectModel(Decision.name) private readonly decisions: Model<Decision>,
    @InjectModel(Report.name) private readonly reports: Model<Report>,
    private readonly tokens: AppealTokens,
    private readonly accounts: ActiveAccounts,
    private readonly lifecycle: UserLifecycle,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.lifecycle.register(this);
  }

  /**
   * @throws DomainError VALIDATION_FAILED, NOT_FOUND for what was not decided about the caller, CONFLICT for a second appeal, one
   * that comes too late, and one against what does not hold any more.
   */
  async create(person: Types.ObjectId, input: CreateAppealDto): Promise<AppealView> {
    const { decisionId, reportId, text } = input;
    if ((decisionId === undefined) === (reportId === undefined)) {
      throw invalidField('decisionId', 'send decisionId or reportId, one of the two');
    }
    const id = decisionId
      ? new Types.ObjectId(decisionId)
      : await this.decisionOf(new Types.ObjectId(reportId));
    const decision = id && (await this.decisions.findOne({ _id: id, person }).lean<Decision>());
    if (!decision) throw notFound('This decision');
    return this.take(decision, person, text);
  }

  /** @throws DomainError INVALID_CREDENTIALS for a token that is not ours, and as `create`. */
  async createByLink(token: string, text: string): Promise<AppealView> {
    const id = this.tokens.read(token);
    const decision = id && (await this.decisions.findById(id).lean<Decision>());
    if (!decision?.person) {
      throw new DomainError('INVALID_CREDENTIALS', 'This link is not one of ours. Open it again.');
    }
    return this.take(decision, decision.person, text);
  }

  /** What somebody appealed, newest first. */
  async list(person: Types.ObjectId, { limit, cursor }: PageQuery): Promise<Page<AppealView>> {
    const rows = await this.appeals
      .find({ person, ...behindCursor(NEWEST, cursor) })
      .sort(sortBy(NEWEST))
      .limit(limit + 1)
      .lean<Appeal[]>();
    return toSortedPage(NEWEST, rows, limit, toAppealView);
  }

  /** What was decided about somebody, newest first. Dismissed reports are not: nobody learns that they were reported. */
  async decisionsAbout(
    person: Types.ObjectId,
    { limit, cursor }: PageQuery,
  ): Promise<Page<DecisionView>> {
    const rows = await this.decisions
      .find({ person, action: { $ne: 'dismiss' }, ...behindCursor(NEWEST, cursor) })
      .sort(sortBy(NEWEST))
      .limit(limit + 1)
      .lean<Decision[]>();
    return toSortedPage(NEWEST, rows, limit, toDecisionView);
  }

  /** What nobody can answer any more goes; what was answered stays without words. */
  async onErasing(user: Types.ObjectId): Promise<void> {
    await this.appeals.deleteMany({ person: user, status: 'open' });
    await this.appeals.updateMany({ person: user }, { $set: { text: null, answer: null } });
  }

  private async decisionOf(report: Types.ObjectId): Promise<Types.ObjectId | null> {
    const row = await this.reports.findById(report, { decision: 1 }).lean<Report>();
    return row?.decision ?? null;
  }

  private take(decision: Decision, person: Types.ObjectId, text: string): Promise<AppealView> {
    const { _id: id, action, overturnedAt } = decision;
    if (action === 'dismiss') throw notFound('This decision');
    return this.transactions.run(
      async (session) => {
        const now = this.clock.now();
        if (overturnedAt) throw conflict('This decision does not hold any more.');
        if (now > appealableUntil(decision)) {
          throw conflict('The 30 days for an appeal are over.');
        }
        // An erasure takes the words that stand: none may come behind it.
        if (!(await this.accounts.holdUnlessErased(session, person))) {
          throw notFound('This decision');
        }
        const fresh: Appeal = {
          _id: new Types.ObjectId(),
          decision: id,
          person,
          text,
          status: 'open',
          seq: 1,
          answer: null,
          decidedBy: null,
          decidedAt: null,
          restored: null,
          createdAt: now,
        };
        // An upsert, because a duplicate key would end the transaction that this may be a part of.
        const { upsertedCount } = await this.appeals.collection.updateOne(
          { decision: id },
          { $setOnInsert: fresh },
          { session, upsert: true },
        );
        if (upsertedCount === 0) throw conflict('You have appealed this decision: once is all.');
        return toAppealView(fresh);
      },
      { about: id.toHexString() },
    );
  }
}

function conflict(message: string): DomainError {
  return new DomainError('CONFLICT', message);
}
