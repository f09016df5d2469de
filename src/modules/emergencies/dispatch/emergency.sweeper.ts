import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { SWEEP_BATCH, Sweeper } from '../../../common/sweeper/sweeper';
import { Clock } from '../../../common/time/clock';
import { EmergencyService } from '../emergency.service';
import { type DueWork, EmergencyMetrics } from '../metrics/emergency-metrics';
import { Emergency } from '../schemas/emergency.schema';
import { Dispatcher } from './dispatcher';
import { MemberDispatcher } from './member-dispatcher';

/** Waves, expiry, and completion that nobody objected to. */
@Injectable()
export class EmergencySweeper extends Sweeper {
  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly emergency: EmergencyService,
    private readonly dispatcher: Dispatcher,
    private readonly members: MemberDispatcher,
    private readonly metrics: EmergencyMetrics,
    private readonly clock: Clock,
  ) {
    super();
  }

  protected async round(): Promise<void> {
    await this.end('expiry', 'expiresAt', (id) => this.emergency.expire(id));
    await this.end('completion', 'completionDueAt', (id) => this.emergency.completeUnopposed(id));
    for (let wave = 0; wave < SWEEP_BATCH && !this.stopped; wave += 1) {
      if ((await this.attempt(() => this.dispatcher.runDue())) === false) break;
    }
    const due = await this.attempt(() => this.members.due(SWEEP_BATCH));
    for (const emergency of due ?? []) {
      const { dueAt } = emergency.dispatch.members;
      if (dueAt) this.metrics.swept('members', dueAt);
      await this.attempt(() => this.members.run(emergency));
    }
  }

  /** Ends the emergencies whose time for it has come. */
  private async end(
    work: DueWork,
    field: 'expiresAt' | 'completionDueAt',
    end: (id: Types.ObjectId) => Promise<boolean>,
  ): Promise<void> {
    const rows = await this.attempt(() =>
      this.emergencies
        .find({ live: true, [field]: { $lte: this.clock.now() } }, { [field]: 1 })
        .limit(SWEEP_BATCH)
        .lean<Emergency[]>(),
    );
    for (const { _id: id, [field]: dueAt } of rows ?? []) {
      const ended = await this.attempt(() => end(id));
      if (ended && dueAt) this.metrics.swept(work, dueAt);
    }
  }
}
