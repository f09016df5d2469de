import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { DomainError } from '../../common/errors/domain-error';
import { authConfig } from '../../config/auth.config';
import { AccountsService } from '../users/accounts.service';
import { UserAdministrationService } from '../users/user-administration.service';
import { PasswordHasher } from './passwords/password-hasher';

/**
 * Makes the first admin from BOOTSTRAP_ADMIN_* when there is none. Of two nodes that start at once the unique index on
 * e-mails lets one create the account (DatabaseReadiness, in a global module, has built the indexes by now).
 */
@Injectable()
export class AdminBootstrap implements OnApplicationBootstrap {
  private readonly logger = new Logger(AdminBootstrap.name);

  constructor(
    @Inject(authConfig.KEY) private readonly config: ConfigType<typeof authConfig>,
    private readonly accounts: AccountsService,
    private readonly administration: UserAdministrationService,
    private readonly hasher: PasswordHasher,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const first = this.config.bootstrapAdmin;
    if (!first || (await this.administration.adminExists())) return;
    try {
      await this.accounts.create({
        email: first.email,
        passwordHash: await this.hasher.hash(first.password),
        displayName: 'Administrator',
        phone: null,
        role: 'admin',
        // The operator's own, from the server's configuration.
        emailVerified: true,
      });
      this.logger.log('The first admin was created from BOOTSTRAP_ADMIN_EMAIL');
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'EMAIL_TAKEN') throw error;
      await this.explainTakenEmail();
    }
  }

  /**
   * Threat: addresses are not confirmed at registration, so whoever registered the operator's address first, with a
   * password of their own, would be made an admin. An existing account is never promoted here.
   */
  private async explainTakenEmail(): Promise<void> {
    if (await this.administration.adminExists()) return;
    this.logger.error(
      'There is no admin, and BOOTSTRAP_ADMIN_EMAIL belongs to an ordinary account, which is not promoted: anybody could ' +
        'have registered it. Choose another address, or remove that account.',
    );
  }
}
