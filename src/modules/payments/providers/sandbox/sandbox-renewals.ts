import { Injectable } from '@nestjs/common';
import { SWEEP_BATCH, Sweeper } from '../../../../common/sweeper/sweeper';
import { SandboxSubscriptions } from './sandbox-subscriptions';

/** The sandbox's clockwork: at the end of a period it renews, fails to, or ends, and tells our webhook. */
@Injectable()
export class SandboxRenewals extends Sweeper {
  constructor(private readonly subscriptions: SandboxSubscriptions) {
    super();
  }

  protected async round(): Promise<void> {
    const due = await this.attempt(() => this.subscriptions.due(SWEEP_BATCH));
    for (const row of due ?? []) {
      if (this.stopped) return;
      await this.attempt(() => this.subscriptions.turn(row));
    }
  }
}
