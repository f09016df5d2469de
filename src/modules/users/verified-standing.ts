import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { User } from './schemas/user.schema';
import { UserLifecycle } from './user-lifecycle';

/** Whether somebody is verified, and until when. Inside the transaction of what changes it. */
@Injectable()
export class VerifiedStanding {
  constructor(
    @InjectModel(User.name) private readonly users: Model<User>,
    private readonly lifecycle: UserLifecycle,
  ) {}

  /** As it stands now. */
  async of(id: Types.ObjectId): Promise<{ verified: boolean; until: Date | null }> {
    const user = await this.users.findById(id).select('verified verifiedUntil').lean<User>();
    return { verified: user?.verified ?? false, until: user?.verifiedUntil ?? null };
  }

  /** Verified by hand: no end of any approval touches it. */
  async isWithoutEnd(session: ClientSession, id: Types.ObjectId): Promise<boolean> {
    const user = await this.users
      .findById(id)
      .session(session)
      .select('verified verifiedUntil')
      .lean<User>();
    return user?.verified === true && !user.verifiedUntil;
  }

  /** Verified until then; where that is later already, as it is. */
  async extend(session: ClientSession, id: Types.ObjectId, until: Date): Promise<void> {
    await this.users.collection.updateOne(
      { _id: id, verified: true },
      { $max: { verifiedUntil: until } },
      { session },
    );
  }

  async endAt(session: ClientSession, id: Types.ObjectId, until: Date): Promise<void> {
    await this.users.collection.updateOne(
      { _id: id, verified: true },
      { $set: { verifiedUntil: until } },
      { session },
    );
  }

  /** What was verified until some time is over: they leave what only a verified helper may see and do. */
  async expire(session: ClientSession, id: Types.ObjectId): Promise<void> {
    const { matchedCount } = await this.users.collection.updateOne(
      { _id: id, verified: true, verifiedUntil: { $type: 'date' } },
      { $set: { verified: false, verifiedUntil: null } },
      { session },
    );
    if (matchedCount === 1) await this.lifecycle.helperRevoked(id, 'unverified');
  }
}
