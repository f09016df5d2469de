import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { SWEEP_BATCH, Sweeper } from '../../../../common/sweeper/sweeper';
import { Clock } from '../../../../common/time/clock';
import { paymentsConfig } from '../../../../config/payments.config';
import { nextAttemptAt } from '../../payment.rules';
import { sign } from '../../webhooks/signature';
import { WebhooksService } from '../../webhooks/webhooks.service';
import type { SandboxEvent, SandboxIntent } from './sandbox-intent.schema';
import { SandboxStore } from './sandbox-store';
import { SANDBOX_SIGNATURE } from './sandbox-signature';

/**
 * Tells our own webhook what happened, signed as everybody else would have to, until it is taken. Straight to the handler that
 * verifies and takes it: the way over the network would add an address to be wrong, and nothing that is tested elsewhere.
 */
@Injectable()
export class SandboxDeliveries extends Sweeper {
  constructor(
    @Inject(paymentsConfig.KEY) private readonly config: ConfigType<typeof paymentsConfig>,
    private readonly store: SandboxStore,
    private readonly webhooks: WebhooksService,
    private readonly clock: Clock,
  ) {
    super();
  }

  protected async round(): Promise<void> {
    const due = await this.attempt(() => this.store.due(SWEEP_BATCH));
    for (const intent of due ?? []) {
      if (this.stopped) return;
      await this.deliver(intent);
    }
  }

  /** What one intent has to tell now, in turn. What is not taken is told again later. */
  async deliver({ _id, events }: SandboxIntent): Promise<void> {
    for (const event of events) {
      if (event.nextAt === null || event.nextAt > this.clock.now()) continue;
      const taken = await this.attempt(() => this.send(event));
      const nextAt = taken ? null : nextAttemptAt(this.clock.now(), event.attempts);
      await this.attempt(() => this.store.told(_id, event.id, nextAt));
    }
  }

  private async send({ id, type, data }: SandboxEvent): Promise<true> {
    const body = Buffer.from(JSON.stringify({ id, type, data }));
    const [secret = ''] = this.config.sandbox.secrets;
    const signature = sign(body, [secret], this.clock.now());
    await this.webhooks.receive('sandbox', body, { [SANDBOX_SIGNATURE]: signature });
    return true;
  }
}
