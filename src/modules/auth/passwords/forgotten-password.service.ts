import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { setTimeout as delay } from 'node:timers/promises';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { MINUTE, SECOND } from '../../../common/time/clock';
import { appConfig } from '../../../config/app.config';
import { authConfig } from '../../../config/auth.config';
import { MailOutbox } from '../../notifications/deliveries/mail-outbox';
import type { Mail } from '../../notifications/mailer';
import { AccountsService } from '../../users/accounts.service';
import { PasswordResets } from './password-resets';

/**
 * Every answer takes at least this long. Finding an account, keeping a token and queueing a mail takes about 10 ms,
 * finding none 1 ms: the wait hides the difference and the noise around it.
 */
const ANSWER_MS = 300;

/** Sends reset links. */
@Injectable()
export class ForgottenPasswordService {
  private readonly logger = new Logger(ForgottenPasswordService.name);

  constructor(
    private readonly accounts: AccountsService,
    private readonly resets: PasswordResets,
    private readonly outbox: MailOutbox,
    private readonly transactions: TransactionRunner,
    @Inject(appConfig.KEY) private readonly app: ConfigType<typeof appConfig>,
    @Inject(authConfig.KEY) private readonly auth: ConfigType<typeof authConfig>,
  ) {}

  /**
   * Threat: the answer, its timing or an error must not tell whether somebody has an account.
   *
   * The mail is in the outbox before the answer, so that "a mail is on its way" is true when it is said and a crash cannot lose it.
   * What that takes is hidden by answering no sooner than ANSWER_MS.
   */
  async sendLink(email: string): Promise<void> {
    await Promise.all([delay(ANSWER_MS), this.mailLink(email)]);
  }

  private async mailLink(email: string): Promise<void> {
    try {
      const account = await this.accounts.findByEmail(email);
      if (!account) return;
      await this.transactions.run(async (session) => {
        const { token, expiresAt } = await this.resets.issue(account.id, account.email);
        await this.outbox.send(session, {
          kind: 'mail.password_reset',
          user: account.id,
          mail: this.mail(account.email, token),
          expiresAt,
        });
      });
    } catch (error) {
      this.logger.error(error);
    }
  }

  private mail(to: string, token: string): Mail {
    return {
      to,
      subject: 'Reset your AllyNet password',
      text: [
        'Somebody asked to reset the password of your AllyNet account. To choose a new one, open this link:',
        '',
        `${this.app.publicUrl.replace(/\/$/, '')}/reset-password?token=${token}`,
        '',
        `It works once, within ${(this.auth.resetTokenSeconds * SECOND) / MINUTE} minutes. If it was not you, ignore this mail: nothing has changed.`,
      ].join('\n'),
    };
  }
}
