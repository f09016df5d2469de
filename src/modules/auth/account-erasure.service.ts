import { Injectable } from '@nestjs/common';
import { IdempotencyRecords } from '../../common/idempotency/idempotency-records';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError } from '../../common/errors/domain-error';
import { AccountsService } from '../users/accounts.service';
import { UserAdministrationService } from '../users/user-administration.service';
import { UserLifecycle } from '../users/user-lifecycle';
import { AccessRegistry } from './access-registry';
import { EmailLinks } from './emails/email-links';
import { PasswordHasher } from './passwords/password-hasher';
import { PasswordResets } from './passwords/password-resets';
import { wrongPassword } from './passwords/password.service';
import { SessionRevocationService } from './sessions/session-revocation.service';

/** Deletes accounts at their owner's wish. Stands with auth, not users: it is a matter of passwords and sessions. */
@Injectable()
export class AccountErasureService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly administration: UserAdministrationService,
    private readonly lifecycle: UserLifecycle,
    private readonly hasher: PasswordHasher,
    private readonly resets: PasswordResets,
    private readonly emailLinks: EmailLinks,
    private readonly sessions: SessionRevocationService,
    private readonly answers: IdempotencyRecords,
    private readonly registry: AccessRegistry,
    private readonly transactions: TransactionRunner,
  ) {}

  /**
   * Takes everything personal out of the account and ends its sessions. The empty record stays under its id.
   *
   * @throws DomainError INVALID_CREDENTIALS; CONFLICT for the last admin; what the listeners of UserLifecycle throw, such
   * as EMERGENCY_ALREADY_LIVE.
   */
  async erase(actor: Actor, password: string): Promise<void> {
    const account = await this.accounts.findById(actor.id);
    const matches = await this.hasher.matches(password, account?.passwordHash ?? null);
    if (!account || !matches) throw wrongPassword();
    const ended = await this.transactions.run(async () => {
      await this.lifecycle.erasing(actor.id);
      if (account.role === 'admin' && !(await this.administration.holdAnotherAdmin(actor.id))) {
        throw new DomainError('CONFLICT', 'You are the last admin. Make somebody else one first.');
      }
      if (!(await this.accounts.erase(actor.id, account.passwordHash))) throw wrongPassword();
      await this.lifecycle.erased(actor.id);
      await this.resets.discard(actor.id);
      await this.emailLinks.discard(actor.id);
      await this.answers.forget(actor.id);
      const sessions = await this.sessions.markRevoked(actor.id);
      await this.sessions.forgetDevices(actor.id);
      return sessions;
    });
    this.sessions.announce(ended);
    this.registry.standingChanged({ id: actor.id, role: 'user', status: 'erased' });
  }
}
