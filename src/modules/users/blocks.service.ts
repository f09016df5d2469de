import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError, invalidField, notFound } from '../../common/errors/domain-error';
import { SECOND } from '../../common/time/clock';
import type { BlockedUserView } from './dto/blocked-user.view';
import { User } from './schemas/user.schema';
import { UserLifecycle } from './user-lifecycle';

/** Keeps the document small, and the list that each dispatch compares with. */
const MAX_BLOCKS = 1000;
/**
 * When what the two share is looked for once more. An SOS or a wave that read the blocks before this one may commit its alerts
 * after it: within milliseconds as a rule, and no later than a transaction is tried (5 s) and committed (5 s).
 */
const LOOK_AGAIN_AFTER_MS = [0.25 * SECOND, 2 * SECOND, 15 * SECOND];

/** Whom a user is never matched with. One block holds both ways. */
@Injectable()
export class BlocksService implements OnModuleDestroy {
  private readonly logger = new Logger(BlocksService.name);
  private readonly timers = new Set<NodeJS.Timeout>();

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
   * Whoever searched for helpers before it committed did not see the block, and this transaction does not see what they have
   * not committed. To make the two conflict would cost every SOS a write on each helper; so this side, which is rare, looks
   * again: at once, and later until nobody who searched before can still be on the way. Lost with this node, one coarse alert
   * stays that cannot be accepted.
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
    await this.separate(actor.id, blocked);
    for (const after of LOOK_AGAIN_AFTER_MS) this.separateLater(actor.id, blocked, after);
  }

  /** Ending a block that is not there changes nothing. */
  async remove(actor: Actor, blocked: Types.ObjectId): Promise<void> {
    await this.users.updateOne({ _id: actor.id }, { $pull: { blockedUsers: blocked } });
  }

  onModuleDestroy(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  private separateLater(blocker: Types.ObjectId, blocked: Types.ObjectId, afterMs: number): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.separate(blocker, blocked).catch((error: unknown) =>
        this.logger.warn(`What a block ends was not looked for: ${String(error)}`),
      );
    }, afterMs).unref();
    this.timers.add(timer);
  }

  /** Ends what the two share, if the block still stands. */
  private async separate(blocker: Types.ObjectId, blocked: Types.ObjectId): Promise<void> {
    await this.transactions.run(async () => {
      const stands = await this.users.exists({ _id: blocker, blockedUsers: blocked });
      if (stands) await this.lifecycle.blocked(blocker, blocked);
    });
  }
}
