import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { FileDeletionSweeper } from '../../common/files/file-deletion.sweeper';
import { PersonalData } from '../data-protection/personal-data';
import { SYSTEM } from '../events/schemas/event.schema';
import { PersonalDelivery } from '../sockets/personal-delivery';
import { UserLifecycle, type UserLifecycleListener } from '../users/user-lifecycle';
import { Verification } from './schemas/verification.schema';
import { VerificationDocuments } from './verification-documents';
import { VerificationNotices } from './verification-notices';
import { VerificationMoves } from './verification.moves';
import { VerificationQueries } from './verification.queries';
import type { VerificationTransition } from './verification.transitions';

/** Follows the accounts of those who asked: who is erased, who is not verified any more, and who is connected. */
@Injectable()
export class VerificationAccounts implements UserLifecycleListener, OnModuleInit {
  constructor(
    @InjectModel(Verification.name) private readonly verifications: Model<Verification>,
    private readonly moves: VerificationMoves,
    private readonly documents: VerificationDocuments,
    private readonly notices: VerificationNotices,
    private readonly queries: VerificationQueries,
    private readonly lifecycle: UserLifecycle,
    private readonly delivery: PersonalDelivery,
    private readonly deletions: FileDeletionSweeper,
    private readonly personalData: PersonalData,
    private readonly transactions: TransactionRunner,
  ) {}

  onModuleInit(): void {
    this.lifecycle.register(this);
    this.personalData.register('verification', (user) => this.queries.allOf(user));
    this.delivery.register('verification', ({ subject }, viewer) =>
      this.queries.viewFor(viewer, subject),
    );
  }

  /**
   * Not verified any more, for whatever reason: they are told. Where it was taken back by hand, what was approved says so too, and
   * its end finds nothing left to end.
   */
  async onHelperRevoked(user: Types.ObjectId, reason: 'suspended' | 'unverified'): Promise<void> {
    if (reason !== 'unverified') return;
    await this.end(user, 'approved', 'lapse');
    await this.transactions.run((session) => this.notices.ended(session, user));
  }

  /**
   * What stays says that somebody was verified, when and by whom: ids and times. The documents go with the account; where their
   * files cannot be deleted at once, the rows of the deletions remember them.
   */
  async onErasing(user: Types.ObjectId): Promise<void> {
    await this.end(user, 'pending', 'abandon');
    await this.end(user, 'approved', 'lapse');
    await this.transactions.run(async (session) => {
      const withDocuments = await this.verifications
        .find({ user, 'documents.0': { $exists: true } })
        .lean<Verification[]>();
      for (const verification of withDocuments) await this.documents.remove(session, verification);
    });
    await this.verifications.updateMany({ user }, { $set: { note: null, reason: null } });
    this.transactions.afterCommit(() => void this.deletions.sweep());
  }

  private async end(
    user: Types.ObjectId,
    status: 'pending' | 'approved',
    transition: Extract<VerificationTransition, 'abandon' | 'lapse'>,
  ): Promise<void> {
    await this.transactions.run(async (session) => {
      const open = await this.verifications
        .find({ user, status }, { _id: 1 })
        .lean<Verification[]>();
      for (const { _id: id } of open) {
        await this.moves.move(session, { id, transition, actor: SYSTEM });
      }
    });
  }
}
