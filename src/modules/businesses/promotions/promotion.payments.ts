import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../../common/auth/actor';
import { PRICES } from '../../../common/entitlements/prices';
import { DomainError, notFound } from '../../../common/errors/domain-error';
import { Clock } from '../../../common/time/clock';
import { type PayableSubject, PaymentSubjects, type Quote } from '../../payments/payment-subjects';
import type { Payment } from '../../payments/schemas/payment.schema';
import { runBy } from '../business.access';
import { Business } from '../schemas/business.schema';
import { isLive, promotionState } from './promotion.rules';

/** Lets owner and managers pay for the boost of a promotion. */
@Injectable()
export class PromotionPayments implements PayableSubject, OnModuleInit {
  constructor(
    @InjectModel(Business.name) private readonly businesses: Model<Business>,
    private readonly subjects: PaymentSubjects,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.subjects.register('promotion', this);
  }

  async quote(actor: Actor, id: Types.ObjectId): Promise<Quote> {
    const business = await this.businesses
      .findOne({ 'promotions._id': id, ...runBy(actor) })
      .lean<Business>();
    const promotion = business?.promotions.find(({ _id }) => _id.equals(id));
    if (!promotion) throw notFound('The promotion');
    const now = this.clock.now();
    if (!isLive(promotion, now)) {
      throw new DomainError(
        'INVALID_TRANSITION',
        'This promotion is over: there is nothing to boost.',
        { status: promotionState(promotion, now) },
      );
    }
    return { price: PRICES.promotionBoost, basis: null };
  }

  async paid(session: ClientSession, payment: Payment): Promise<boolean> {
    const { id } = payment.subject;
    const now = this.clock.now();
    const { modifiedCount } = await this.businesses.collection.updateOne(
      {
        status: 'active',
        promotions: { $elemMatch: { _id: id, removedAt: null, endsAt: { $gt: now } } },
      },
      {
        $set: {
          'promotions.$[one].boostedBy': payment._id,
          'promotions.$[one].boostedAt': now,
        },
      },
      { session, arrayFilters: [{ 'one._id': id }] },
    );
    return modifiedCount === 1;
  }

  async refunded(session: ClientSession, payment: Payment): Promise<void> {
    const { id } = payment.subject;
    await this.businesses.collection.updateOne(
      { 'promotions._id': id },
      { $set: { 'promotions.$[one].boostedBy': null, 'promotions.$[one].boostedAt': null } },
      { session, arrayFilters: [{ 'one._id': id, 'one.boostedBy': payment._id }] },
    );
  }
}
