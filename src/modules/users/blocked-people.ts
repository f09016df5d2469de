import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { User } from './schemas/user.schema';

/** Who must not meet whom. One block holds both ways. */
@Injectable()
export class BlockedPeople {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /** Everybody whom this person blocked or who blocked them: for `$nin` over the owners of what is listed. */
  async around(id: Types.ObjectId): Promise<Types.ObjectId[]> {
    const own = await this.users.findById(id).select('blockedUsers').lean<User>();
    const others = await this.users
      .find({ blockedUsers: id, 'blockedUsers.0': { $exists: true } })
      .select('_id')
      .lean<User[]>();
    return [...(own?.blockedUsers ?? []), ...others.map(({ _id }) => _id)];
  }

  /** True when one of the two has blocked the other. */
  async between(a: Types.ObjectId, b: Types.ObjectId, session?: ClientSession): Promise<boolean> {
    const blocker = await this.users.collection.findOne(
      {
        $or: [
          { _id: a, blockedUsers: b },
          { _id: b, blockedUsers: a },
        ],
      },
      { projection: { _id: 1 }, ...(session ? { session } : {}) },
    );
    return blocker !== null;
  }
}
