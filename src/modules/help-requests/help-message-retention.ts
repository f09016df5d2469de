import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { SWEEP_BATCH, Sweeper } from '../../common/sweeper/sweeper';
import { Clock, MINUTE } from '../../common/time/clock';
import { HelpMessage } from './schemas/help-message.schema';
import { HelpRequest } from './schemas/help-request.schema';

/** Deletes what was written about a request when its time is over. The mark goes after the messages: a node may die between. */
@Injectable()
export class HelpMessageRetention extends Sweeper {
  constructor(
    @InjectModel(HelpRequest.name) private readonly requests: Model<HelpRequest>,
    @InjectModel(HelpMessage.name) private readonly messages: Model<HelpMessage>,
    private readonly clock: Clock,
  ) {
    super(MINUTE);
  }

  protected async round(): Promise<void> {
    const over = await this.attempt(() =>
      this.requests
        .find({ messagesUntil: { $lte: this.clock.now() } }, { _id: 1 })
        .limit(SWEEP_BATCH)
        .lean<HelpRequest[]>(),
    );
    for (const { _id } of over ?? []) {
      if (this.stopped) return;
      await this.attempt(async () => {
        await this.messages.deleteMany({ request: _id });
        await this.requests.updateOne({ _id }, { $unset: { messagesUntil: 1 } });
      });
    }
  }
}
