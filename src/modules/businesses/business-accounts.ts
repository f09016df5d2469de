import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, QueryFilter, Types } from 'mongoose';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { Clock } from '../../common/time/clock';
import { SYSTEM } from '../events/schemas/event.schema';
import { SubscriptionLifecycle } from '../subscriptions/subscription-lifecycle';
import { type Standing, UserLifecycle, type UserLifecycleListener } from '../users/user-lifecycle';
import { BusinessEvents } from './events/business-events';
import { PromotionCounts } from './promotions/promotion-counts';
import { Business } from './schemas/business.schema';

/** What becomes of businesses when something becomes of their people. All of it runs in the transaction of the cause. */
@Injectable()
export class BusinessAccounts implements UserLifecycleListener, OnModuleInit {
  constructor(
    @InjectModel(Business.name) private readonly businesses: Model<Business>,
    private readonly counts: PromotionCounts,
    private readonly events: BusinessEvents,
    private readonly lifecycle: UserLifecycle,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
    private readonly subscriptions: SubscriptionLifecycle,
  ) {}

  onModuleInit(): void {
    this.lifecycle.register(this);
  }

  /** A suspended owner's businesses are hidden, and come back with them. */
  async onStandingChanged(user: Types.ObjectId, standing: Standing): Promise<void> {
    await this.businesses.updateMany(
      { owner: user },
      { $set: { ownerHidden: standing === 'suspended' } },
    );
  }

  /** Neither manages the other's business any more. */
  async onBlocked(blocker: Types.ObjectId, blocked: Types.ObjectId): Promise<void> {
    await this.leave({ owner: blocker, managers: blocked }, blocked);
    await this.leave({ owner: blocked, managers: blocker }, blocker);
  }

  /**
   * A business goes with its owner, for good: name, contact and texts may be personal. What happened to it stays in the event
   * log, which holds ids alone.
   */
  async onErasing(user: Types.ObjectId): Promise<void> {
    await this.leave({ managers: user }, user);
    await this.transactions.run(async (session) => {
      const owned = await this.businesses.find({ owner: user }).lean<Business[]>();
      for (const business of owned) await this.delete(session, business);
      await this.counts.forget(
        session,
        owned.map(({ _id }) => _id),
      );
    });
  }

  private async delete(session: ClientSession, business: Business): Promise<void> {
    await this.businesses.deleteOne({ _id: business._id });
    if (business.status === 'removed') return;
    await this.subscriptions.subjectRemoved(session, business._id);
    await this.events.append(
      session,
      { ...business, seq: business.seq + 1 },
      { type: 'business.removed', actor: SYSTEM, at: this.clock.now() },
    );
  }

  private async leave(where: QueryFilter<Business>, manager: Types.ObjectId): Promise<void> {
    await this.transactions.run(async (session) => {
      const at = this.clock.now();
      const managed = await this.businesses.find(where).lean<Business[]>();
      for (const before of managed) {
        await this.businesses.updateOne(
          { _id: before._id },
          { $pull: { managers: manager }, $set: { updatedAt: at }, $inc: { seq: 1 } },
        );
        await this.events.append(
          session,
          { ...before, seq: before.seq + 1 },
          {
            type: 'business.manager_removed',
            actor: SYSTEM,
            at,
            data: { userId: manager.toHexString() },
          },
        );
      }
    });
  }
}
