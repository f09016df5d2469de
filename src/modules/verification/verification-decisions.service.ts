import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Document } from 'mongodb';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { Clock } from '../../common/time/clock';
import { UserModerationService } from '../admin/user-moderation.service';
import { AuditLog } from '../audit/audit-log';
import { AccountStandingService } from '../users/account-standing.service';
import { VerifiedStanding } from '../users/verified-standing';
import { Verification } from './schemas/verification.schema';
import { VerificationMoves } from './verification.moves';
import { documentsUntil, remindAt, validUntil } from './verification.rules';
import { verificationMachine, type VerificationTransition } from './verification.transitions';

interface Decision {
  transition: Extract<VerificationTransition, 'approve' | 'reject' | 'revoke'>;
  set: Document;
  /** What follows for the person, in the same transaction. */
  after?: (session: ClientSession, verification: Verification) => Promise<void>;
}

/** What moderators decide. Each decision, what follows for the person, and its record commit together. */
@Injectable()
export class VerificationDecisionsService {
  constructor(
    @InjectModel(Verification.name) private readonly verifications: Model<Verification>,
    private readonly moves: VerificationMoves,
    private readonly people: UserModerationService,
    private readonly standing: AccountStandingService,
    private readonly verified: VerifiedStanding,
    private readonly audit: AuditLog,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /**
   * The person is verified until then.
   *
   * @throws DomainError NOT_FOUND, VALIDATION_FAILED, FORBIDDEN for one's own and, as everywhere, for a moderator with the request of
   * staff, INVALID_TRANSITION, CONFLICT while the account is suspended.
   */
  approve(actor: Actor, id: Types.ObjectId, wanted: string | undefined): Promise<void> {
    const now = this.clock.now();
    const until = validUntil(wanted, now);
    return this.decide(actor, id, {
      transition: 'approve',
      set: {
        decidedAt: now,
        decidedBy: actor.id,
        documentsUntil: documentsUntil(now),
        validUntil: until,
        remindAt: remindAt(now, until),
      },
      after: async (session, { user }) => {
        const account = await this.standing.of(user);
        if (account?.status === 'suspended') {
          throw new DomainError(
            'CONFLICT',
            'The account is suspended. End the suspension first, or reject the request.',
          );
        }
        const byHand = await this.verified.isWithoutEnd(session, user);
        await this.people.change(actor, user, { verified: true });
        if (!byHand) await this.verified.extend(session, user, until);
      },
    });
  }

  /** @throws DomainError NOT_FOUND, FORBIDDEN for one's own and that of staff, INVALID_TRANSITION */
  reject(actor: Actor, id: Types.ObjectId, reason: string): Promise<void> {
    const now = this.clock.now();
    return this.decide(actor, id, {
      transition: 'reject',
      set: { decidedAt: now, decidedBy: actor.id, documentsUntil: documentsUntil(now), reason },
    });
  }

  /**
   * Takes an approval back. Another approval that still holds keeps the person verified.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN, INVALID_TRANSITION
   */
  revoke(actor: Actor, id: Types.ObjectId, reason: string): Promise<void> {
    return this.decide(actor, id, {
      transition: 'revoke',
      set: { reason },
      after: async (session, { user }) => {
        const rest = await this.latestEnd(session, user);
        if (await this.verified.isWithoutEnd(session, user)) return;
        if (rest) await this.verified.endAt(session, user, rest);
        else await this.people.change(actor, user, { verified: false });
      },
    });
  }

  /** When the last approval of somebody ends; null where none holds. */
  async latestEnd(session: ClientSession, user: Types.ObjectId): Promise<Date | null> {
    const last = await this.verifications
      .findOne({ user, status: 'approved', validUntil: { $gt: this.clock.now() } })
      .session(session)
      .sort({ validUntil: -1 })
      .lean<Verification>();
    return last?.validUntil ?? null;
  }

  private async decide(
    actor: Actor,
    id: Types.ObjectId,
    { transition, set, after }: Decision,
  ): Promise<void> {
    const decided = await this.transactions.run(
      async (session) => {
        const before = await this.moves.move(session, {
          id,
          transition,
          actor: { id: actor.id, role: 'moderator' },
          condition: { user: { $ne: actor.id } },
          set,
        });
        if (!before) return false;
        await this.standing.leaveStaffToAdmins(actor, before.user);
        const { to } = verificationMachine.transitions[transition];
        await this.audit.record(actor, `verification.${to}`, id, {
          status: { from: before.status, to },
        });
        await after?.(session, before);
        return true;
      },
      { about: id.toHexString() },
    );
    if (!decided) throw await this.refusal(actor, id);
  }

  /** Why a decision was not open. */
  private async refusal(actor: Actor, id: Types.ObjectId): Promise<DomainError> {
    const verification = await this.verifications.findById(id).lean<Verification>();
    if (!verification) return notFound('The request');
    if (verification.user.equals(actor.id)) {
      return new DomainError(
        'FORBIDDEN',
        'This request is your own: another moderator decides it.',
      );
    }
    const { status } = verification;
    return new DomainError('INVALID_TRANSITION', `This request is ${status}.`, { status });
  }
}
