import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter, Types } from 'mongoose';
import { SWEEP_BATCH, Sweeper } from '../../common/sweeper/sweeper';
import { Clock, SECOND } from '../../common/time/clock';
import { HelpProgressService } from './help-progress.service';
import { HelpRequest } from './schemas/help-request.schema';

/** What is late by seconds here is nothing: what has expired is treated so before it is swept. */
const EVERY_MS = 15 * SECOND;

/** Expiry, and completion that nobody objected to. */
@Injectable()
export class HelpRequestSweeper extends Sweeper {
  constructor(
    @InjectModel(HelpRequest.name) private readonly requests: Model<HelpRequest>,
    private readonly progress: HelpProgressService,
    private readonly clock: Clock,
  ) {
    super(EVERY_MS);
  }

  protected async round(): Promise<void> {
    const now = this.clock.now();
    await this.each({ status: 'open', expiresAt: { $lte: now } }, (id) => this.progress.expire(id));
    await this.each(
      { status: 'in_progress', completionDueAt: { $lte: now }, ownerHidden: false },
      (id) => this.progress.completeUnopposed(id),
    );
  }

  private async each(
    due: QueryFilter<HelpRequest>,
    end: (id: Types.ObjectId) => Promise<boolean>,
  ): Promise<void> {
    const rows = await this.attempt(() =>
      this.requests.find(due, { _id: 1 }).limit(SWEEP_BATCH).lean<HelpRequest[]>(),
    );
    for (const { _id } of rows ?? []) await this.attempt(() => end(_id));
  }
}
