import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../../common/auth/actor';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { DomainError } from '../../../common/errors/domain-error';
import { moveStatus } from '../../../common/state-machine/move-status';
import { Clock } from '../../../common/time/clock';
import { AuditLog } from '../../audit/audit-log';
import { AccountStandingService } from '../../users/account-standing.service';
import { UserAdministrationService } from '../../users/user-administration.service';
import { ReportClaims } from '../report-claims';
import { ReportQueue } from '../report-queue';
import { PENDING, reportMachine, type ReportStatus } from '../report.transitions';
import { Report } from '../schemas/report.schema';
import { DecisionEffects } from './decision-effects';
import { rulingOf } from './decision.rules';
import type { DecideReportDto } from './dto/decide-report.dto';
import { Decision } from './schemas/decision.schema';

/** Decides reports. The decision, what it does, and that it was made commit together. */
@Injectable()
export class DecisionsService {
  constructor(
    @InjectModel(Report.name) private readonly reports: Model<Report>,
    @InjectModel(Decision.name) private readonly decisions: Model<Decision>,
    private readonly queue: ReportQueue,
    private readonly claims: ReportClaims,
    private readonly effects: DecisionEffects,
    private readonly standings: AccountStandingService,
    private readonly users: UserAdministrationService,
    private readonly audit: AuditLog,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /**
   * Decides a report that the caller has claimed, and with it every other pending one of the same thing.
   *
   * @throws DomainError VALIDATION_FAILED, NOT_FOUND, FORBIDDEN, INVALID_TRANSITION (details: status) where it is not claimed by the
   * caller, CONFLICT where whoever should be acted on is gone, or is the last admin of an organization.
   */
  async decide(actor: Actor, id: Types.ObjectId, wanted: DecideReportDto): Promise<void> {
    await this.transactions.run(
      async (session) => {
        const report = await this.queue.find(actor, id);
        await this.claims.refuse(actor, report);
        const now = this.clock.now();
        const about = { kind: report.subject.kind, owned: report.owner !== null };
        const ruling = rulingOf(wanted, about, now);
        const decision: Decision = {
          _id: new Types.ObjectId(),
          report: id,
          subject: report.subject,
          person: report.owner,
          ...ruling,
          reason: wanted.reason,
          moderator: actor.id,
          at: now,
          removed: false,
          overturnedAt: null,
          liftedAt: null,
        };
        await this.holdStanding(actor, decision);
        const reporters = await this.close(session, actor, report, decision);
        const removed = await this.effects.apply(session, actor, decision, reporters);
        await this.decisions.collection.insertOne({ ...decision, removed }, { session });
        await this.audit.record(
          actor,
          'report.decided',
          id,
          {
            action: { from: null, to: ruling.action },
            reason: { from: null, to: wanted.reason },
            ...(ruling.until ? { until: { from: null, to: ruling.until } } : {}),
          },
          report.owner,
        );
      },
      { about: id.toHexString() },
    );
  }

  /**
   * Nobody is acted on who is gone. Whoever acts on an admin is one still when this commits: of two who ban each other at once one
   * is too late.
   */
  private async holdStanding(actor: Actor, { person, action }: Decision): Promise<void> {
    if (person === null || action === 'dismiss' || action === 'remove') return;
    const standing = await this.standings.of(person);
    if (!standing || standing.status === 'erased') {
      throw new DomainError('CONFLICT', 'This account was deleted: remove the thing, or dismiss.');
    }
    if (standing.role !== 'user' && !(await this.users.holdAdmin(actor.id))) {
      throw new DomainError('FORBIDDEN', 'You are no longer an admin.');
    }
  }

  /** @returns the reports that are decided by it, as they were. */
  private async close(
    session: ClientSession,
    actor: Actor,
    { _id: id, subject, owner }: Report,
    { _id: decision, action, at }: Decision,
  ): Promise<Report[]> {
    const set = { claim: null, decision };
    const upheld = action !== 'dismiss';
    const before = await moveStatus(
      this.reports,
      session,
      reportMachine,
      upheld ? 'uphold' : 'dismiss',
      // One that is over is nobody's, whether or not it was released yet.
      { id, condition: { 'claim.by': actor.id, 'claim.until': { $gt: at } }, set },
    );
    if (!before) throw notClaimed(await this.queue.find(actor, id), actor);
    const others = (await this.reports.collection
      .find(
        {
          'subject.id': subject.id,
          'subject.kind': subject.kind,
          owner,
          status: { $in: [...PENDING] },
        },
        { session },
      )
      .toArray()) as Report[];
    for (const other of others) {
      // Who reported it, too, has a part in it.
      await this.claims.refuse(actor, other);
      const along = upheld ? 'upholdAlong' : 'dismissAlong';
      await moveStatus(this.reports, session, reportMachine, along, { id: other._id, set });
    }
    return [before, ...others];
  }
}

function notClaimed({ status, claim }: Report, actor: Actor): DomainError {
  const why: Record<ReportStatus, string> = {
    open: 'Claim it first: nobody has it now.',
    claimed: claim?.by.equals(actor.id)
      ? 'Your 30 minutes are over: claim it again.'
      : 'Somebody else has claimed it.',
    dismissed: 'It was dismissed already.',
    upheld: 'It was upheld already.',
  };
  return new DomainError('INVALID_TRANSITION', why[status], { status });
}
