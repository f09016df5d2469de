import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../common/auth/actor';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { DomainError } from '../../../common/errors/domain-error';
import { AccountsService } from '../../users/accounts.service';
import { EmailLinks } from '../emails/email-links';
import { SessionRevocationService } from '../sessions/session-revocation.service';
import { PasswordHasher } from './password-hasher';
import { PasswordResets } from './password-resets';

/** Changes passwords: by the old one, or by a reset link. */
@Injectable()
export class PasswordService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly hasher: PasswordHasher,
    private readonly resets: PasswordResets,
    private readonly emailLinks: EmailLinks,
    private readonly sessions: SessionRevocationService,
    private readonly transactions: TransactionRunner,
  ) {}

  /**
   * The session that asks goes on, all others end: whoever changes a password because somebody knows it must be rid of
   * them.
   *
   * @throws DomainError INVALID_CREDENTIALS
   */
  async change(actor: Actor, currentPassword: string, newPassword: string): Promise<void> {
    const account = await this.accounts.findById(actor.id);
    const matches = await this.hasher.matches(currentPassword, account?.passwordHash ?? null);
    if (!account || !matches) throw wrongPassword();
    const next = await this.hasher.hash(newPassword);
    const ended = await this.transactions.run(async () => {
      const replaced = await this.accounts.replacePassword(actor.id, account.passwordHash, next);
      if (!replaced) throw wrongPassword();
      await this.resets.discard(actor.id);
      await this.emailLinks.discard(actor.id, { change: true });
      return this.sessions.markRevoked(actor.id, actor.sessionId);
    });
    this.sessions.announce(ended);
  }

  /**
   * Sets a new password with the token of a reset link, which works once, and ends every session. Whoever opened the link
   * reads the mail of the address: it is confirmed with it.
   *
   * @throws DomainError INVALID_CREDENTIALS for a token that is unknown, used or too old.
   */
  async reset(token: string, newPassword: string): Promise<void> {
    // First the hash, then the transaction: bcrypt takes longer than a transaction should stay open.
    const next = await this.hasher.hash(newPassword);
    const ended = await this.transactions.run(async () => {
      const link = await this.resets.use(token);
      const user = link?.user;
      const set =
        user &&
        (await this.accounts.confirmEmail(user, link.email)) &&
        (await this.accounts.replacePassword(user, null, next));
      if (!set) {
        throw new DomainError(
          'INVALID_CREDENTIALS',
          'This link was used already or is too old. Ask for a new one.',
        );
      }
      await this.resets.discard(user);
      await this.emailLinks.discard(user);
      return this.sessions.markRevoked(user);
    });
    this.sessions.announce(ended);
  }
}

export function wrongPassword(): DomainError {
  return new DomainError('INVALID_CREDENTIALS', 'The password is wrong.');
}
