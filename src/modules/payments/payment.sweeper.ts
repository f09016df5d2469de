import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Collection, Document } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { SWEEP_BATCH, Sweeper } from '../../common/sweeper/sweeper';
import { Clock } from '../../common/time/clock';
import { PaymentCancellationService } from './payment-cancellation.service';
import { PaymentIntentsService } from './payment-intents.service';
import { nextAttemptAt } from './payment.rules';
import { RefundsService } from './refunds/refunds.service';
import { Payment } from './schemas/payment.schema';
import { Refund } from './schemas/refund.schema';

/**
 * Finishes what a crash left undone between us and the provider, gives up what nobody pays, and gives back what should not
 * have come. Each piece is put off when it is taken up, so that what fails is tried again later, by whichever node.
 */
@Injectable()
export class PaymentSweeper extends Sweeper {
  constructor(
    @InjectModel(Payment.name) private readonly payments: Model<Payment>,
    @InjectModel(Refund.name) private readonly refunds: Model<Refund>,
    private readonly intents: PaymentIntentsService,
    private readonly cancellation: PaymentCancellationService,
    private readonly refunding: RefundsService,
    private readonly clock: Clock,
  ) {
    super();
  }

  protected async round(): Promise<void> {
    await this.takeUp(this.payments.collection, (payment) => this.look(payment as Payment));
    await this.takeUp(this.refunds.collection, ({ _id }) => this.refunding.pursue(_id));
  }

  private async look({ _id, cancelRequestedAt, expiresAt }: Payment): Promise<void> {
    const over = expiresAt !== null && expiresAt <= this.clock.now();
    if (over || cancelRequestedAt) await this.cancellation.pursue(_id);
    else await this.intents.pursue(_id);
  }

  private async takeUp(
    collection: Pick<Collection, 'findOneAndUpdate' | 'find'>,
    work: (row: { _id: Types.ObjectId }) => Promise<unknown>,
  ): Promise<void> {
    // Says its type, as the partial index does: else it would not be used.
    const due: Document = { nextAt: { $type: 'date', $lte: this.clock.now() } };
    const rows = await this.attempt(() =>
      collection
        .find(due, { projection: { attempts: 1 } })
        .sort({ nextAt: 1 })
        .limit(SWEEP_BATCH)
        .toArray(),
    );
    for (const { _id, attempts } of rows ?? []) {
      if (this.stopped) return;
      await this.attempt(async () => {
        const row = await collection.findOneAndUpdate(
          { _id, ...due },
          {
            $set: { nextAt: nextAttemptAt(this.clock.now(), Number(attempts)) },
            $inc: { attempts: 1 },
          },
          { returnDocument: 'after' },
        );
        if (row) await work(row);
      });
    }
  }
}
