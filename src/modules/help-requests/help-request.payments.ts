import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { Clock } from '../../common/time/clock';
import { type PayableSubject, PaymentSubjects, type Quote } from '../payments/payment-subjects';
import type { Payment } from '../payments/schemas/payment.schema';
import { invalidTransition } from './help-request.rules';
import type { HelpRequestStatus } from './help-request.transitions';
import { HelpOffer } from './schemas/help-offer.schema';
import { HelpRequest } from './schemas/help-request.schema';

/** While somebody is chosen, and once they have helped. */
const PAYABLE: readonly HelpRequestStatus[] = ['accepted', 'in_progress', 'completed'];

/** Lets the requester pay what the accepted offer asks for. */
@Injectable()
export class HelpRequestPayments implements PayableSubject, OnModuleInit {
  constructor(
    @InjectModel(HelpRequest.name) private readonly requests: Model<HelpRequest>,
    @InjectModel(HelpOffer.name) private readonly offers: Model<HelpOffer>,
    private readonly subjects: PaymentSubjects,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.subjects.register('help_request', this);
  }

  async quote(actor: Actor, id: Types.ObjectId): Promise<Quote> {
    const request = await this.requests
      .findOne({ _id: id, requester: actor.id, removedAt: null })
      .lean<HelpRequest>();
    if (!request) throw notFound('This help request');
    const { status, chosenOffer } = request;
    if (!PAYABLE.includes(status) || !chosenOffer) {
      throw invalidTransition(request, this.clock.now());
    }
    const offer = await this.offers.findById(chosenOffer).lean<HelpOffer>();
    if (!offer?.price) {
      throw new DomainError('CONFLICT', 'The accepted offer names no price: it is not paid here.');
    }
    const { amountMinor, currency } = offer.price;
    return { price: { amountMinor, currency }, basis: chosenOffer };
  }

  /**
   * Only for the offer that was paid, at its price: meanwhile another one may have been accepted, or the same after it was made
   * again for another price.
   */
  async paid(session: ClientSession, payment: Payment): Promise<boolean> {
    const { basis, amountMinor, currency } = payment;
    if (!basis) return false;
    const priced = await this.offers.collection.findOne(
      { _id: basis, 'price.amountMinor': amountMinor, 'price.currency': currency },
      { session, projection: { _id: 1 } },
    );
    if (!priced) return false;
    const { modifiedCount } = await this.requests.collection.updateOne(
      {
        _id: payment.subject.id,
        status: { $in: [...PAYABLE] },
        chosenOffer: payment.basis,
        paidBy: null,
        removedAt: null,
      },
      { $set: { paidBy: payment._id, paidAt: this.clock.now() } },
      { session },
    );
    return modifiedCount === 1;
  }

  async refunded(session: ClientSession, payment: Payment): Promise<void> {
    await this.requests.collection.updateOne(
      { _id: payment.subject.id, paidBy: payment._id },
      { $set: { paidBy: null, paidAt: null } },
      { session },
    );
  }
}
