import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { Booking } from './schemas/booking.schema';
import { Calendar } from './schemas/calendar.schema';

export interface Interval {
  startsAt: Date;
  /** Not included. */
  endsAt: Date;
}

/** When an owner is taken: by all bookings that they accepted, of whichever listing. */
@Injectable()
export class OwnerCalendar {
  constructor(
    @InjectModel(Calendar.name) private readonly calendars: Model<Calendar>,
    @InjectModel(Booking.name) private readonly bookings: Model<Booking>,
  ) {}

  /**
   * First thing in a transaction that accepts a booking: of two such transactions of one owner the database lets one through
   * and runs the other again, which then sees what the first accepted.
   */
  async enter(session: ClientSession, owner: Types.ObjectId): Promise<void> {
    await this.calendars.collection.updateOne(
      { _id: owner },
      { $inc: { revision: 1 } },
      { session, upsert: true },
    );
  }

  /** True where the owner has accepted another booking that shares a moment with these times. */
  async isTaken(
    session: ClientSession,
    owner: Types.ObjectId,
    { startsAt, endsAt }: Interval,
    except?: Types.ObjectId,
  ): Promise<boolean> {
    const other = await this.bookings.collection.findOne(
      {
        owner,
        status: 'accepted',
        endsAt: { $gt: startsAt },
        startsAt: { $lt: endsAt },
        ...(except ? { _id: { $ne: except } } : {}),
      },
      { session, projection: { _id: 1 } },
    );
    return other !== null;
  }
}
