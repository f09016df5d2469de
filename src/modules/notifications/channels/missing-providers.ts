import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { appConfig } from '../../../config/app.config';
import { channelsConfig } from '../../../config/channels.config';
import { OutboxFolder } from './outbox-folder';

const LOOPBACK = /^(localhost|127\.[\d.]+|\[::1\])$/;

/** Tells the log once, at a start in production, what does not reach anybody as it is configured. */
@Injectable()
export class MissingProviders implements OnApplicationBootstrap {
  private readonly logger = new Logger('Channels');

  constructor(
    @Inject(appConfig.KEY) private readonly app: ConfigType<typeof appConfig>,
    @Inject(channelsConfig.KEY) private readonly channels: ConfigType<typeof channelsConfig>,
    private readonly folder: OutboxFolder,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.app.production) return;
    const { smtpUrl, vapid, smsProviderUrl } = this.channels;
    if (!smtpUrl) {
      this.logger.warn(
        `No mail server is configured (SMTP_URL): mail is NOT SENT but written to ${this.folder.path}. Password resets do not reach anybody.`,
      );
    }
    if (!vapid && !smsProviderUrl) {
      this.logger.warn(
        'Neither pushes (VAPID_PUBLIC_KEY) nor SMS (SMS_PROVIDER_URL) are configured: an alert reaches those alone who are connected.',
      );
    }
    if (LOOPBACK.test(new URL(this.app.publicUrl).hostname)) {
      this.logger.warn(
        `Links in messages begin with ${this.app.publicUrl} (PUBLIC_URL): emergency contacts and whoever resets a password cannot open them elsewhere.`,
      );
    }
  }
}
