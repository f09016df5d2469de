import { Injectable } from '@nestjs/common';
import type { Document, Filter } from 'mongodb';
import type { Types } from 'mongoose';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { BookingMoves } from './booking-moves';
import type { RevocationReason } from './schemas/booking.schema';

/** Cancels bookings when what they stand on is gone. Joins the transaction in which it goes. */
@Injectable()
export class BookingRevocation {
  constructor(
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
      for (const filter of which) await this.moves.revokeAll(session, filter, because);
    });
  }
}
