import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { Types } from 'mongoose';
import type { Actor } from '../../../common/auth/actor';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { DomainError, invalidField } from '../../../common/errors/domain-error';
import { HOUR, SECOND } from '../../../common/time/clock';
import { appConfig } from '../../../config/app.config';
import { authConfig } from '../../../config/auth.config';
import { MailOutbox } from '../../notifications/deliveries/mail-outbox';
import { AccountsService } from '../../users/accounts.service';
import { ActiveAccounts } from '../../users/active-accounts';
import { PasswordHasher } from '../passwords/password-hasher';
import { PasswordResets } from '../passwords/password-resets';
import { wrongPassword } from '../passwords/password.service';
import { EmailLinks } from './email-links';
import { changeAskedFor, changed, changeToHere, confirmation, type LinkMail } from './email-texts';

/** Whose an e-mail address is: shown by opening a link that was sent there. */
@Injectable()
export class EmailService implements OnModuleDestroy {
  private readonly logger = new Logger(EmailService.name);
  private readonly underway = new Set<Promise<void>>();

  constructor(
    private readonly accounts: AccountsService,
    private readonly active: ActiveAccounts,
    private readonly links: EmailLinks,
    private readonly resets: PasswordResets,
    private readonly hasher: PasswordHasher,
    private readonly outbox: MailOutbox,
    private readonly transactions: TransactionRunner,
    @Inject(appConfig.KEY) private readonly app: ConfigType<typeof appConfig>,
    @Inject(authConfig.KEY) private readonly auth: ConfigType<typeof authConfig>,
  ) {}

  /**
   * The mail of a registration, behind its answer: it must neither slow it down nor make it fail. Lost with the process before it
   * is in the outbox, it can be asked for again.
   */
  welcome(user: Types.ObjectId, email: string): void {
    const sent = this.confirm(user, email)
      .catch((error: unknown) =>
        // Somebody who deletes the account meanwhile is no fault of ours.
        error instanceof DomainError ? this.logger.warn(error.message) : this.logger.error(error),
      )
      .finally(() => this.underway.delete(sent));
    this.underway.add(sent);
  }

  /** Once every mail that goes out behind an answer is in the outbox. */
  async settled(): Promise<void> {
    while (this.underway.size > 0) await Promise.all(this.underway);
  }

  async onModuleDestroy(): Promise<void> {
    await this.settled();
  }

  /**
   * Mails the link once more.
   *
   * @throws DomainError CONFLICT where there is nothing to confirm any more, RATE_LIMITED.
   */
  async sendAgain(actor: Actor): Promise<void> {
    if (await this.accounts.verifiedEmail(actor.id)) {
      throw new DomainError('CONFLICT', 'Your e-mail address is confirmed already.');
    }
    const account = await this.accounts.findById(actor.id);
    if (account) await this.confirm(actor.id, account.email);
  }

  /**
   * Mails a link to the new address, and tells the old one. Nothing changes until the link is opened.
   *
   * Threat: the answer must not tell whether somebody has an account with the new address. So nobody looks: its owner gets
   * the link all the same, and the unique index decides when it is opened.
   *
   * @throws DomainError INVALID_CREDENTIALS, VALIDATION_FAILED for the address that the account has, RATE_LIMITED.
   */
  async requestChange(actor: Actor, newEmail: string, password: string): Promise<void> {
    const account = await this.accounts.findById(actor.id);
    const matches = await this.hasher.matches(password, account?.passwordHash ?? null);
    if (!account || !matches) throw wrongPassword();
    if (newEmail === account.email) throw invalidField('newEmail', 'this is your address already');
    // Whoever changes their password stops every change of the address; one that is asked for meanwhile is stopped too.
    await this.transactions.run(async (session) => {
      if (!(await this.accounts.stillHas(actor.id, account.passwordHash))) throw wrongPassword();
      const link = await this.links.issue({ user: actor.id, email: newEmail, change: true });
      await this.outbox.send(session, {
        kind: 'mail.email_change_asked',
        user: actor.id,
        mail: changeAskedFor(account.email),
        expiresAt: null,
      });
      await this.outbox.send(session, {
        kind: 'mail.email_change',
        user: actor.id,
        mail: changeToHere(this.linkMail(newEmail, link.token)),
        expiresAt: link.expiresAt,
      });
    });
  }

  /**
   * Confirms an address, or changes to it, with the token of a link, which works once.
   *
   * @throws DomainError INVALID_CREDENTIALS for a token that is unknown, used, too old or of an address that the account
   * has no more; EMAIL_TAKEN where somebody else was sooner with the new address.
   */
  async verify(token: string): Promise<void> {
    await this.transactions.run(async (session) => {
      const link = await this.links.use(token);
      if (!link) throw deadLink();
      if (!link.change) {
        if (!(await this.accounts.confirmEmail(link.user, link.email))) throw deadLink();
        await this.links.discard(link.user, { change: false });
        return;
      }
      const before = await this.accounts.changeEmail(link.user, link.email);
      if (before === null) throw deadLink();
      // What was sent to the old address must open nothing any more.
      await this.links.discard(link.user);
      await this.resets.discard(link.user);
      await this.outbox.send(session, {
        kind: 'mail.email_changed',
        user: link.user,
        mail: changed(before),
        expiresAt: null,
      });
    });
  }

  private async confirm(user: Types.ObjectId, email: string): Promise<void> {
    await this.transactions.run(async (session) => {
      await this.active.hold(session, user);
      const { token, expiresAt } = await this.links.issue({ user, email, change: false });
      await this.outbox.send(session, {
        kind: 'mail.email_confirmation',
        user,
        mail: confirmation(this.linkMail(email, token)),
        expiresAt,
      });
    });
  }

  private linkMail(to: string, token: string): LinkMail {
    return {
      to,
      link: `${this.app.publicUrl.replace(/\/$/, '')}/verify-email?token=${token}`,
      hours: (this.auth.emailTokenSeconds * SECOND) / HOUR,
    };
  }
}

function deadLink(): DomainError {
  return new DomainError(
    'INVALID_CREDENTIALS',
    'This link was used already or is too old. Ask for a new one.',
  );
}
