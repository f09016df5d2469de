import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError } from '../../common/errors/domain-error';
import { moveStatus } from '../../common/state-machine/move-status';
import { Sweeper, SWEEP_BATCH } from '../../common/sweeper/sweeper';
import { Clock, later, MINUTE } from '../../common/time/clock';
import { AuditLog } from '../audit/audit-log';
import { AccountStandingService } from '../users/account-standing.service';
import { ReportQueue } from './report-queue';
import { CLAIM_MS, reportMachine } from './report.transitions';
import { Report } from './schemas/report.schema';

/** Gives reports to moderators, one at a time, for a while. */
@Injectable()
export class ReportClaims extends Sweeper {
  constructor(
    @InjectModel(Report.name) private readonly reports: Model<Report>,
    private readonly queue: ReportQueue,
    private readonly standings: AccountStandingService,
    private readonly audit: AuditLog,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {
    super(MINUTE);
  }

  /**
   * Takes a report for 30 minutes; again, for 30 more. Of two who reach for it at once one gets it.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN, INVALID_TRANSITION (details: status, claimedUntil) while somebody else has it
   * and once it is decided.
   */
  async claim(actor: Actor, id: Types.ObjectId): Promise<void> {
    await this.transactions.run(
      async (session) => {
        const report = await this.queue.find(actor, id);
        await this.refuse(actor, report);
        const now = this.clock.now();
        const free = { $or: [{ status: 'open' }, { 'claim.until': { $lte: now } }] };
        const before = await moveStatus(this.reports, session, reportMachine, 'claim', {
          id,
          condition: { $or: [free, { 'claim.by': actor.id }] },
          set: { claim: { by: actor.id, until: later(now, CLAIM_MS) } },
        });
        if (!before) throw taken(report);
        await this.audit.record(actor, 'report.claimed', id, {
          status: { from: before.status, to: 'claimed' },
        });
      },
      { about: id.toHexString() },
    );
  }

  /**
   * Whoever has a part in the matter leaves it to another, and what is about staff is for admins.
   *
   * @throws DomainError FORBIDDEN
   */
  async refuse(actor: Actor, { reporter, owner }: Report): Promise<void> {
    if (reporter.equals(actor.id)) {
      throw new DomainError('FORBIDDEN', 'You reported this yourself: leave it to somebody else.');
    }
    if (owner) await this.standings.leaveStaffToAdmins(actor, owner);
  }

  /** Claims that ran out: the reports wait for somebody again. */
  protected async round(): Promise<void> {
    const now = this.clock.now();
    const over = await this.attempt(() =>
      this.reports
        .find({ status: 'claimed', 'claim.until': { $lte: now } }, { _id: 1 })
        .limit(SWEEP_BATCH)
        .lean<Report[]>(),
    );
    for (const { _id: id } of over ?? []) {
      if (this.stopped) return;
      await this.attempt(() => this.release(id, now));
    }
  }

  private async release(id: Types.ObjectId, now: Date): Promise<void> {
    await this.transactions.run((session) =>
      moveStatus(this.reports, session, reportMachine, 'release', {
        id,
        condition: { 'claim.until': { $lte: now } },
        set: { claim: null },
      }),
    );
  }
}

function taken({ status, claim }: Report): DomainError {
  return status === 'claimed' && claim
    ? new DomainError(
        'INVALID_TRANSITION',
        `Somebody else looks at it until ${claim.until.toISOString()}: take another one.`,
        { status, claimedUntil: claim.until.toISOString() },
      )
    : new DomainError('INVALID_TRANSITION', `This report is ${status}.`, { status });
}
