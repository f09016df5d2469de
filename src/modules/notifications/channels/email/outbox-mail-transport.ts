import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { appConfig } from '../../../../config/app.config';
import { OutboxFolder } from '../outbox-folder';
import { MailTransport, type OutgoingMail } from './mail-transport';

/** Development's mail: files. */
@Injectable()
export class OutboxMailTransport extends MailTransport implements OnApplicationBootstrap {
  private readonly logger = new Logger('Outbox');

  constructor(
    @Inject(appConfig.KEY) private readonly config: ConfigType<typeof appConfig>,
    private readonly folder: OutboxFolder,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    if (this.config.production) {
      this.logger.warn(
        `No mail server is configured (SMTP_URL): mail is NOT SENT but written to ${this.folder.path}. Password resets do not reach anybody.`,
      );
    }
  }

  async send({ to, subject, text, html }: OutgoingMail): Promise<void> {
    await this.folder.write({ channel: 'email', to, subject, text, ...(html ? { html } : {}) });
  }
}
