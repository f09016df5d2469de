import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { notFound } from '../../common/errors/domain-error';
import {
  behindCursor,
  NEWEST,
  type Page,
  type PageQuery,
  sortBy,
  toSortedPage,
} from '../../common/http/pagination';
import type { SubscriptionDto } from './dto/subscription.view.dto';
import { Subscription } from './schemas/subscription.schema';
import { SubscriptionSubjects } from './subscription-subjects';
import { subscriptionView } from './subscription.view';

export interface SeenSubscription {
  subscription: Subscription;
  pays: boolean;
  manages: boolean;
}

/** Reads subscriptions: what one pays for, and that of what one manages. */
@Injectable()
export class SubscriptionQueries {
  constructor(
    @InjectModel(Subscription.name) private readonly subscriptions: Model<Subscription>,
    private readonly subjects: SubscriptionSubjects,
  ) {}

  /** @throws DomainError NOT_FOUND for who neither pays it nor manages its subject. */
  async see(person: Types.ObjectId, id: Types.ObjectId): Promise<SeenSubscription> {
    const subscription = await this.subscriptions.findById(id).lean<Subscription>();
    if (!subscription) throw notFound('This subscription');
    const managed = await this.subjects.of(subscription.subject.kind).managedBy(person);
    const manages = managed.some((one) => one.equals(subscription.subject.id));
    const pays = subscription.payer.equals(person);
    if (!pays && !manages) throw notFound('This subscription');
    return { subscription, pays, manages };
  }

  /** For the sockets of its payer; null for somebody else. */
  async viewFor(person: Types.ObjectId, id: Types.ObjectId): Promise<SubscriptionDto | null> {
    const subscription = await this.subscriptions
      .findOne({ _id: id, payer: person })
      .lean<Subscription>();
    return subscription && subscriptionView(subscription, person);
  }

  /** Newest first. @throws DomainError INVALID_CURSOR */
  async list({ id }: Actor, { limit, cursor }: PageQuery): Promise<Page<SubscriptionDto>> {
    const managed = await this.subjects.managedBy(id);
    const rows = await this.subscriptions
      .find({
        $or: [{ payer: id }, { 'subject.id': { $in: managed } }],
        ...behindCursor(NEWEST, cursor),
      })
      .sort(sortBy(NEWEST))
      .limit(limit + 1)
      .lean<Subscription[]>();
    return toSortedPage(NEWEST, rows, limit, (row) => subscriptionView(row, id));
  }
}
