import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { Booking } from './schemas/booking.schema';

/** What the two people of a booking wrote to each other. */
@Injectable()
export class BookingNotes {
  constructor(@InjectModel(Booking.name) private readonly bookings: Model<Booking>) {}

  /** Takes away the words of one of the two. @returns false where there are none. */
  async remove(
    session: ClientSession,
    id: Types.ObjectId,
    writer: Types.ObjectId | null,
  ): Promise<boolean> {
    if (!writer) return false;
    const note = await this.bookings.collection.updateOne(
      { _id: id, client: writer, note: { $ne: null } },
      { $set: { note: null } },
      { session },
    );
    const reason = await this.bookings.collection.updateOne(
      { _id: id, endedBy: writer, reason: { $ne: null } },
      { $set: { reason: null } },
      { session },
    );
    return note.modifiedCount + reason.modifiedCount > 0;
  }
}
