import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { DomainError } from '../../common/errors/domain-error';
import { User } from './schemas/user.schema';

/** Keeps accounts as they are while something of theirs is written. */
@Injectable()
export class ActiveAccounts {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /**
   * Inside a transaction that makes something for a person: they are active, and stay so until it has committed. It writes,
   * so a suspension or an erasure that comes at the same time conflicts with it, and one of the two runs again and sees the
   * other: nothing of a person who is gone stays behind.
   *
   * @throws DomainError ACCOUNT_SUSPENDED, UNAUTHENTICATED for an account that was erased.
   */
  async hold(session: ClientSession, id: Types.ObjectId): Promise<void> {
    const { matchedCount } = await this.users.collection.updateOne(
      { _id: id, status: 'active' },
      { $inc: { __v: 1 } },
      { session },
    );
    if (matchedCount === 1) return;
    const user = await this.users.collection.findOne(
      { _id: id },
      { session, projection: { status: 1 } },
    );
    if (user?.status === 'suspended') {
      throw new DomainError('ACCOUNT_SUSPENDED', 'This account is suspended.');
    }
    throw new DomainError('UNAUTHENTICATED', 'This account was deleted.');
  }

  /**
   * Inside a transaction that keeps words of a person's: true unless the account was erased; it may be suspended. It writes as
   * `hold` does, so an erasure that comes at the same time takes the words away.
   */
  async holdUnlessErased(session: ClientSession, id: Types.ObjectId): Promise<boolean> {
    const { matchedCount } = await this.users.collection.updateOne(
      { _id: id, status: { $ne: 'erased' } },
      { $inc: { __v: 1 } },
      { session },
    );
    return matchedCount === 1;
  }
}
