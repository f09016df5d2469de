import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { SWEEP_BATCH, Sweeper } from '../../common/sweeper/sweeper';
import { Clock, MINUTE } from '../../common/time/clock';
import { Emergency } from './schemas/emergency.schema';
import { Message } from './schemas/message.schema';

/** Deletes what was written in an emergency when its time is over. The mark goes after the messages: a node may die between. */
@Injectable()
export class MessageRetention extends Sweeper {
  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    @InjectModel(Message.name) private readonly messages: Model<Message>,
    private readonly clock: Clock,
  ) {
    super(MINUTE);
  }

  protected async round(): Promise<void> {
    const over = await this.attempt(() =>
      this.emergencies
        .find({ messagesUntil: { $lte: this.clock.now() } }, { _id: 1 })
        .limit(SWEEP_BATCH)
        .lean<Emergency[]>(),
    );
    for (const { _id } of over ?? []) {
      if (this.stopped) return;
      await this.attempt(async () => {
        await this.messages.deleteMany({ emergency: _id });
        await this.emergencies.updateOne({ _id }, { $unset: { messagesUntil: 1 } });
      });
    }
  }
}
