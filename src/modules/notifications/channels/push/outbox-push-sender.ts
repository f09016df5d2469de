import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { appConfig } from '../../../../config/app.config';
import { DeliveryFailure } from '../delivery-failure';
import { OutboxFolder } from '../outbox-folder';
import { type PushMessage, PushSender, type PushSubscription } from './push-sender';

/** Files in development. In production a file reaches nobody, so there it says that there are no keys. */
@Injectable()
export class OutboxPushSender extends PushSender {
  readonly publicKey = null;

  constructor(
    @Inject(appConfig.KEY) private readonly config: ConfigType<typeof appConfig>,
    private readonly folder: OutboxFolder,
  ) {
    super();
  }

  get available(): boolean {
    return !this.config.production;
  }

  async send({ endpoint }: PushSubscription, { payload }: PushMessage): Promise<void> {
    if (!this.available) {
      throw new DeliveryFailure('rejected', 'no_keys');
    }
    await this.folder.write({ channel: 'push', to: endpoint, text: payload });
  }
}
