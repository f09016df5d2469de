import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { appConfig } from '../../../../config/app.config';
import { DeliveryFailure } from '../delivery-failure';
import { OutboxFolder } from '../outbox-folder';
import { type Sms, SmsSender } from './sms-sender';

/** The sandbox: files in development. In production a file reaches nobody, so there it says that there is no provider. */
@Injectable()
export class OutboxSmsSender extends SmsSender {
  constructor(
    @Inject(appConfig.KEY) private readonly config: ConfigType<typeof appConfig>,
    private readonly folder: OutboxFolder,
  ) {
    super();
  }

  get available(): boolean {
    return !this.config.production;
  }

  async send({ to, text }: Sms): Promise<void> {
    if (!this.available) {
      throw new DeliveryFailure('rejected', 'no_provider');
    }
    await this.folder.write({ channel: 'sms', to, text });
  }
}
