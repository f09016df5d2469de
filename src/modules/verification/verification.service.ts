import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { duplicateKeyIndex } from '../../common/database/duplicate-key';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError, notFound } from '../../common/errors/domain-error';
import type { Upload } from '../../common/files/uploads/uploads.decorator';
import { Clock } from '../../common/time/clock';
import { EventLog } from '../events/event-log';
import { ActiveAccounts } from '../users/active-accounts';
import type { RequestVerificationDto } from './dto/request-verification.dto';
import { verificationEvent } from './events/verification-events';
import { ONE_PENDING_INDEX, Verification } from './schemas/verification.schema';
import { VerificationDocuments } from './verification-documents';
import { VerificationMoves } from './verification.moves';
import { verificationMachine } from './verification.transitions';

/** What somebody does who wants to be verified. */
@Injectable()
export class VerificationService {
  constructor(
    @InjectModel(Verification.name) private readonly verifications: Model<Verification>,
    private readonly documents: VerificationDocuments,
    private readonly moves: VerificationMoves,
    private readonly accounts: ActiveAccounts,
    private readonly events: EventLog,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /**
   * Puts a request into the queue. Its files are stored already; with the row they are kept.
   *
   * @throws DomainError CONFLICT while another one waits, ACCOUNT_SUSPENDED, UNAVAILABLE where the files are gone already.
   */
  async request(
    actor: Actor,
    { kind, note }: RequestVerificationDto,
    uploads: Upload[],
  ): Promise<void> {
    try {
      await this.transactions.run(
        async (session) => {
          await this.accounts.hold(session, actor.id);
          const verification: Verification = {
            _id: new Types.ObjectId(),
            user: actor.id,
            kind,
            note: note ?? null,
            status: verificationMachine.initial,
            seq: 1,
            documents: await this.documents.keep(session, uploads),
            documentsUntil: null,
            createdAt: this.clock.now(),
            decidedAt: null,
            decidedBy: null,
            reason: null,
            validUntil: null,
            remindAt: null,
            endedAt: null,
          };
          await this.verifications.collection.insertOne(verification, { session });
          await this.events.append(session, [
            verificationEvent({
              verification,
              seq: 1,
              type: 'verification.requested',
              actor: { id: actor.id, role: 'owner' },
              at: verification.createdAt,
            }),
          ]);
        },
        { about: actor.id.toHexString() },
      );
    } catch (error) {
      if (duplicateKeyIndex(error) !== ONE_PENDING_INDEX) throw error;
      throw new DomainError(
        'CONFLICT',
        'You have a request that waits for its decision. Withdraw it to send another.',
      );
    }
  }

  /**
   * Takes back the request that waits; its documents are deleted at once.
   *
   * @throws DomainError NOT_FOUND where there never was a request, INVALID_TRANSITION where none waits.
   */
  async withdraw(actor: Actor): Promise<void> {
    const withdrawn = await this.transactions.run(
      async (session) => {
        const pending = await this.verifications
          .findOne({ user: actor.id, status: 'pending' })
          .lean<Verification>();
        if (!pending) return false;
        const before = await this.moves.move(session, {
          id: pending._id,
          transition: 'withdraw',
          actor: { id: actor.id, role: 'owner' },
        });
        if (before) await this.documents.remove(session, before);
        return before !== null;
      },
      { about: actor.id.toHexString() },
    );
    if (withdrawn) return;
    const latest = await this.verifications
      .findOne({ user: actor.id })
      .sort({ _id: -1 })
      .lean<Verification>();
    if (!latest) throw notFound('A request of yours');
    // Repeating one's own withdrawal changes nothing.
    if (latest.status === 'withdrawn') return;
    throw new DomainError('INVALID_TRANSITION', 'Your request was decided already.', {
      status: latest.status,
    });
  }
}
