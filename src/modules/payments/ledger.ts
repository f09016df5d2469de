import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import type { Money } from '../../common/money/money.dto';
import { LedgerEntry } from './schemas/ledger-entry.schema';

export type NewLedgerEntry = Omit<LedgerEntry, '_id'>;

/** The money that moved, append-only. */
@Injectable()
export class Ledger {
  constructor(@InjectModel(LedgerEntry.name) private readonly entries: Model<LedgerEntry>) {}

  /** In the transaction of the change; the database refuses a key that is taken. */
  async append(session: ClientSession, entry: NewLedgerEntry): Promise<void> {
    await this.entries.collection.insertOne({ _id: new Types.ObjectId(), ...entry }, { session });
  }

  /** What the platform holds of a payment, by currency: a ledger has no sum across currencies. */
  async balances(payment: Types.ObjectId): Promise<Money[]> {
    return this.entries.aggregate<Money>([
      { $match: { payment } },
      { $group: { _id: '$currency', amountMinor: { $sum: '$amountMinor' } } },
      { $project: { _id: 0, currency: '$_id', amountMinor: 1 } },
      { $sort: { currency: 1 } },
    ]);
  }
}
