import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { Clock } from '../../common/time/clock';
import { UserLifecycle, type UserLifecycleListener } from '../users/user-lifecycle';
import { UNFINISHED } from './payment.transitions';
import { Payment } from './schemas/payment.schema';
import { Refund } from './schemas/refund.schema';

/**
 * What becomes of payments when an account is erased: unfinished ones are given up, and what was paid stays, as books must
 * be kept, with an id in place of the person. Runs in the transaction of the erasure.
 */
@Injectable()
export class PaymentAccounts implements UserLifecycleListener, OnModuleInit {
  constructor(
    @InjectModel(Payment.name) private readonly payments: Model<Payment>,
    @InjectModel(Refund.name) private readonly refunds: Model<Refund>,
    private readonly lifecycle: UserLifecycle,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.lifecycle.register(this);
  }

  async onErasing(user: Types.ObjectId): Promise<void> {
    const now = this.clock.now();
    await this.payments.updateMany(
      // A subscription's are given up with it.
      { payer: user, status: { $in: [...UNFINISHED] }, purpose: { $ne: 'subscription' } },
      { $set: { cancelRequestedAt: now, nextAt: now, attempts: 0 }, $inc: { revision: 1 } },
    );
    const paid = await this.payments
      .find({ payer: user, capturedMinor: { $gt: 0 } }, { _id: 1 })
      .lean();
    await this.refunds.updateMany(
      { payment: { $in: paid.map(({ _id }) => _id) }, reason: { $ne: null } },
      { $set: { reason: null } },
    );
  }
}
