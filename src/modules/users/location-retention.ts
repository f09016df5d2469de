import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { Sweeper } from '../../common/sweeper/sweeper';
import { Clock, later, MINUTE, SECOND } from '../../common/time/clock';
import { PLACES_KEPT_MS } from '../data-protection/retention-periods';
import { User } from './schemas/user.schema';

const EVERY_MS = 2 * SECOND;
/** Accounts a round: a million are passed in under twenty minutes. */
const BATCH = 2000;
const BETWEEN_PASSES_MS = 10 * MINUTE;

/**
 * Forgets where people were a day ago. It walks through all accounts by id, again and again: an index on the time of the
 * position would be written with each position, which is by far the most frequent write.
 */
@Injectable()
export class LocationRetention extends Sweeper {
  private after: Types.ObjectId | undefined;
  private passBegan = new Date(0);

  constructor(
    @InjectModel(User.name) private readonly users: Model<User>,
    private readonly clock: Clock,
  ) {
    super(EVERY_MS);
  }

  protected async round(): Promise<void> {
    await this.attempt(() => this.next());
  }

  private async next(): Promise<void> {
    const now = this.clock.now();
    if (!this.after) {
      if (now.getTime() - this.passBegan.getTime() < BETWEEN_PASSES_MS) return;
      this.passBegan = now;
    }
    const ids = await this.users
      .find(this.after ? { _id: { $gt: this.after } } : {}, { _id: 1 })
      .sort({ _id: 1 })
      .limit(BATCH)
      .lean<Pick<User, '_id'>[]>();
    const [first, last] = [ids[0], ids.at(-1)];
    if (first && last) {
      await this.users.collection.updateMany(
        {
          _id: { $gte: first._id, $lte: last._id },
          locationUpdatedAt: { $lte: later(now, -PLACES_KEPT_MS) },
        },
        { $unset: { location: '', locationAccuracyMeters: '', locationUpdatedAt: '' } },
      );
    }
    this.after = ids.length === BATCH ? last?._id : undefined;
  }
}
