import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import type { Tier } from '../../common/entitlements/tiers';
import {
  type SubscribableSubject,
  SubscriptionSubjects,
} from '../subscriptions/subscription-subjects';
import { BusinessAccess, runBy } from './business.access';
import { Business } from './schemas/business.schema';

/** Businesses as subscribers: owner and managers subscribe, and how many promotions may run follows the tier. */
@Injectable()
export class BusinessSubscriber implements SubscribableSubject, OnModuleInit {
  constructor(
    @InjectModel(Business.name) private readonly businesses: Model<Business>,
    private readonly subjects: SubscriptionSubjects,
    private readonly access: BusinessAccess,
  ) {}

  onModuleInit(): void {
    this.subjects.register('business', this);
  }

  async hold(_: ClientSession, actor: Actor, id: Types.ObjectId): Promise<void> {
    const { matchedCount } = await this.businesses.updateOne(
      { _id: id, ...runBy(actor) },
      { $inc: { used: 1 } },
    );
    if (matchedCount === 0) throw await this.access.refusal(actor, id, 'its owner and managers');
  }

  async managedBy(person: Types.ObjectId): Promise<Types.ObjectId[]> {
    const rows = await this.businesses
      .find({ $or: [{ owner: person }, { managers: person }], status: 'active' }, { _id: 1 })
      .lean();
    return rows.map(({ _id }) => _id);
  }

  /** Whoever makes a promotion at the same time writes the same document: at the commit their number is that of the tier. */
  async entitle(_: ClientSession, id: Types.ObjectId, tier: Tier): Promise<void> {
    await this.businesses.updateOne({ _id: id }, { $set: { tier } });
  }
}
