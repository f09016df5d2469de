import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { DomainError } from '../../../common/errors/domain-error';
import { MOST_UNANSWERED } from './booking.rules';
import { Booking } from './schemas/booking.schema';

/** Bounds what one person asks of another. The threat: somebody who buries an owner under requests. */
@Injectable()
export class BookingQuota {
  constructor(@InjectModel(Booking.name) private readonly bookings: Model<Booking>) {}

  /**
   * In the transaction that asks for a booking, after the client's account is held: that is what two requests of one client
   * have in common, so that of two at the same time the second counts the first.
   *
   * @throws DomainError CONFLICT while as many wait for an answer as may.
   */
  async check(
    session: ClientSession,
    client: Types.ObjectId,
    owner: Types.ObjectId,
  ): Promise<void> {
    const unanswered = await this.bookings.collection.countDocuments(
      { owner, client, open: true, status: 'requested' },
      { session, limit: MOST_UNANSWERED },
    );
    if (unanswered < MOST_UNANSWERED) return;
    throw new DomainError(
      'CONFLICT',
      `${MOST_UNANSWERED} of your requests wait for an answer of this owner. Wait for one, or cancel one.`,
    );
  }
}
