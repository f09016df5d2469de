import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../../common/auth/actor';
import { DomainError, notFound } from '../../../common/errors/domain-error';
import { Clock } from '../../../common/time/clock';
import { type PayableSubject, PaymentSubjects, type Quote } from '../../payments/payment-subjects';
import type { Payment } from '../../payments/schemas/payment.schema';
import type { BookingStatus } from './booking.transitions';
import { Booking } from './schemas/booking.schema';

/** What its owner has agreed to, and what took place. */
const PAYABLE: readonly BookingStatus[] = ['accepted', 'completed'];

/** Lets the client of a booking pay its price. */
@Injectable()
export class BookingPayments implements PayableSubject, OnModuleInit {
  constructor(
    @InjectModel(Booking.name) private readonly bookings: Model<Booking>,
    private readonly subjects: PaymentSubjects,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.subjects.register('booking', this);
  }

  async quote(actor: Actor, id: Types.ObjectId): Promise<Quote> {
    const booking = await this.bookings.findOne({ _id: id, client: actor.id }).lean<Booking>();
    if (!booking) throw notFound('This booking');
    const { status, price } = booking;
    if (!PAYABLE.includes(status)) {
      throw new DomainError(
        'INVALID_TRANSITION',
        status === 'requested'
          ? 'This booking is paid once its owner has accepted it.'
          : `This booking is ${status}: it is not to be paid.`,
        { status },
      );
    }
    if (price.totalMinor === null || (price.totalMinor > 0 && price.currency === null)) {
      throw new DomainError(
        'CONFLICT',
        'Its price is between the two of you: it is not paid here.',
      );
    }
    return {
      price: { amountMinor: price.totalMinor, currency: price.currency ?? '' },
      basis: null,
    };
  }

  async paid(session: ClientSession, payment: Payment): Promise<boolean> {
    const { modifiedCount } = await this.bookings.collection.updateOne(
      { _id: payment.subject.id, status: { $in: [...PAYABLE] }, paidBy: null },
      { $set: { paidBy: payment._id, paidAt: this.clock.now() } },
      { session },
    );
    return modifiedCount === 1;
  }

  async refunded(session: ClientSession, payment: Payment): Promise<void> {
    await this.bookings.collection.updateOne(
      { _id: payment.subject.id, paidBy: payment._id },
      { $set: { paidBy: null, paidAt: null } },
      { session },
    );
  }
}
