import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError, invalidField, notFound } from '../../common/errors/domain-error';
import type { BlockedUserView } from './dto/blocked-user.view';
import { User } from './schemas/user.schema';
import { UserLifecycle } from './user-lifecycle';

/** Keeps the document small, and the list that each dispatch compares with. */
const MAX_BLOCKS = 1000;

/** Whom a user is never matched with. One block holds both ways. */
@Injectable()
export class BlocksService {
  constructor(
    @InjectModel(User.name) private readonly users: Model<User>,
    private readonly transactions: TransactionRunner,
    private readonly lifecycle: UserLifecycle,
  ) {}

  async list(actor: Actor): Promise<BlockedUserView[]> {
    const user = await this.users.findById(actor.id).select('blockedUsers').lean<User>();
    const blocked = await this.users
      .find({ _id: { $in: user?.blockedUsers ?? [] } })
      .select('displayName')
      .lean<User[]>();
    return blocked.map(({ _id, displayName }) => ({ id: _id.toHexString(), displayName }));
  }

  /**
   * Blocking again changes nothing. What the two share now (an alert, a response) ends in the same transaction.
   *
   * @throws DomainError VALIDATION_FAILED for oneself, NOT_FOUND, CONFLICT past a thousand blocks.
   */
  async add(actor: Actor, blocked: Types.ObjectId): Promise<void> {
    if (actor.id.equals(blocked)) throw invalidField('userId', 'you cannot block yourself');
    await this.transactions.run(async () => {
      const known = await this.users.exists({ _id: blocked, status: { $ne: 'erased' } });
      if (!known) throw notFound('The user');
      const { matchedCount } = await this.users.updateOne(
        {
          _id: actor.id,
          $or: [
            { blockedUsers: blocked },
            { [`blockedUsers.${MAX_BLOCKS - 1}`]: { $exists: false } },
          ],
        },
        { $addToSet: { blockedUsers: blocked } },
      );
      if (matchedCount === 0) throw new DomainError('CONFLICT', 'You blocked too many people.');
      await this.lifecycle.blocked(actor.id, blocked);
    });
  }

  /** Ending a block that is not there changes nothing. */
  async remove(actor: Actor, blocked: Types.ObjectId): Promise<void> {
    await this.users.updateOne({ _id: actor.id }, { $pull: { blockedUsers: blocked } });
  }
}
