import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Document, Filter } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { SYSTEM } from '../../events/schemas/event.schema';
import { BookingMoves } from './booking-moves';
import { Booking, type RevocationReason } from './schemas/booking.schema';

/** Cancels bookings when what they stand on is gone. Joins the transaction in which it goes. */
@Injectable()
export class BookingRevocation {
  constructor(
    @InjectModel(Booking.name) private readonly bookings: Model<Booking>,
    private readonly moves: BookingMoves,
    private readonly transactions: TransactionRunner,
  ) {}

  /** Of a listing that is taken away. */
  ofSkill(skill: Types.ObjectId): Promise<void> {
    return this.revoke([{ skill }], 'removed');
  }

  /** Of somebody who is suspended or erased, whether they asked or were asked. */
  ofPerson(person: Types.ObjectId, because: RevocationReason): Promise<void> {
    return this.revoke([{ owner: person }, { client: person }], because);
  }

  /** Between two people of whom one has blocked the other. */
  between(a: Types.ObjectId, b: Types.ObjectId): Promise<void> {
    return this.revoke(
      [
        { owner: a, client: b },
        { owner: b, client: a },
      ],
      'blocked',
    );
  }

  private async revoke(which: Filter<Document>[], because: RevocationReason): Promise<void> {
    await this.transactions.run(async (session) => {
      for (const filter of which) {
        const open = await this.bookings.collection
          .find({ ...filter, open: true }, { session, projection: { _id: 1 } })
          .toArray();
        for (const { _id: id } of open) {
          const set = { revokedBecause: because };
          await this.moves.move(session, { id, transition: 'revoke', actor: SYSTEM, set, because });
        }
      }
    });
  }
}
