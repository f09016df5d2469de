import { Injectable } from '@nestjs/common';
import { SWEEP_BATCH, Sweeper } from '../../../common/sweeper/sweeper';
import { AlertEscalation } from './alert-escalation';

/** Finds the emergencies whose alerts are to be looked at; apart from the waves, which must not wait for messages. */
@Injectable()
export class EscalationSweeper extends Sweeper {
  constructor(private readonly escalation: AlertEscalation) {
    super();
  }

  protected async round(): Promise<void> {
    const due = await this.attempt(() => this.escalation.due(SWEEP_BATCH));
    for (const emergency of due ?? []) {
      if (this.stopped) return;
      await this.attempt(() => this.escalation.run(emergency));
    }
  }
}
