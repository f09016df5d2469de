import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { IdempotencyRecord } from './idempotency-record.schema';

/** How the ids of somebody's records begin. */
export const recordsOf = (actor: Types.ObjectId): string => `${actor.toHexString()} `;

/** What is kept of keyed requests. */
@Injectable()
export class IdempotencyRecords {
  constructor(
    @InjectModel(IdempotencyRecord.name) private readonly records: Model<IdempotencyRecord>,
  ) {}

  /** Deletes what somebody was answered: it says again what their account said. Joins the transaction that is under way. */
  async forget(actor: Types.ObjectId): Promise<void> {
    const first = recordsOf(actor);
    // A range of the index. U+FFFF sorts last.
    await this.records.deleteMany({ _id: { $gte: first, $lt: `${first}\uffff` } });
  }
}
