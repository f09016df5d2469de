import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { QueryFilter } from 'mongoose';
import type { Model, Types } from 'mongoose';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { SWEEP_BATCH, Sweeper } from '../../common/sweeper/sweeper';
import { Clock } from '../../common/time/clock';
import { SYSTEM } from '../events/schemas/event.schema';
import { VerifiedStanding } from '../users/verified-standing';
import { Verification } from './schemas/verification.schema';
import { VerificationDecisionsService } from './verification-decisions.service';
import { VerificationDocuments } from './verification-documents';
import { VerificationNotices } from './verification-notices';
import { VerificationMoves } from './verification.moves';

/** Reminds of the end of approvals, ends those whose time is over, and deletes the documents of what was decided 30 days ago. */
@Injectable()
export class VerificationSweeper extends Sweeper {
  constructor(
    @InjectModel(Verification.name) private readonly verifications: Model<Verification>,
    private readonly moves: VerificationMoves,
    private readonly decisions: VerificationDecisionsService,
    private readonly documents: VerificationDocuments,
    private readonly verified: VerifiedStanding,
    private readonly notices: VerificationNotices,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {
    super();
  }

  protected async round(): Promise<void> {
    const now = this.clock.now();
    await this.each({ status: 'approved', validUntil: { $lte: now } }, (id) => this.expire(id));
    await this.each({ status: 'approved', remindAt: { $lte: now, $gt: new Date(0) } }, (id) =>
      this.remind(id),
    );
    await this.each({ documentsUntil: { $lte: now, $gt: new Date(0) } }, (id) => this.forget(id));
  }

  private async each(
    due: QueryFilter<Verification>,
    work: (id: Types.ObjectId) => Promise<void>,
  ): Promise<void> {
    const rows = await this.attempt(() =>
      this.verifications.find(due, { _id: 1 }).limit(SWEEP_BATCH).lean<Verification[]>(),
    );
    for (const { _id: id } of rows ?? []) {
      if (this.stopped) return;
      await this.attempt(() => work(id));
    }
  }

  private async expire(id: Types.ObjectId): Promise<void> {
    await this.transactions.run(
      async (session) => {
        const before = await this.moves.move(session, {
          id,
          transition: 'expire',
          actor: SYSTEM,
          condition: { validUntil: { $lte: this.clock.now() } },
        });
        if (!before) return;
        // Another approval may hold on.
        if (await this.decisions.latestEnd(session, before.user)) return;
        await this.verified.expire(session, before.user);
      },
      { about: id.toHexString() },
    );
  }

  /** Once, unless the end is none for them: a later one holds, or they were verified by hand. */
  private async remind(id: Types.ObjectId): Promise<void> {
    await this.transactions.run(async (session) => {
      const before = await this.verifications
        .findOneAndUpdate(
          { _id: id, status: 'approved', remindAt: { $lte: this.clock.now() } },
          { $set: { remindAt: null } },
        )
        .lean<Verification>();
      if (!before?.validUntil) return;
      const last = await this.decisions.latestEnd(session, before.user);
      const isTheLast = last !== null && last.getTime() === before.validUntil.getTime();
      if (!isTheLast || (await this.verified.isWithoutEnd(session, before.user))) return;
      await this.notices.ending(session, before);
    });
  }

  private async forget(id: Types.ObjectId): Promise<void> {
    await this.transactions.run(async (session) => {
      const verification = await this.verifications
        .findOne({ _id: id, documentsUntil: { $lte: this.clock.now() } })
        .lean<Verification>();
      if (verification) await this.documents.remove(session, verification);
    });
  }
}
