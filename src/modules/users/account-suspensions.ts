import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import type { Role } from '../../common/auth/actor';
import { User } from './schemas/user.schema';

/** A suspension that a decision holds. */
export interface Suspension {
  /** Null: it does not lift by itself. */
  until: Date | null;
  decision: Types.ObjectId;
}

/** Whose standing was changed, as access needs to know it. */
export interface ChangedAccount {
  id: Types.ObjectId;
  role: Role;
}

/** Suspends accounts by decision, and lets them in again. What follows from it for others is told by who calls. */
@Injectable()
export class AccountSuspensions {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /** @returns null where the account is suspended already, or gone. */
  async begin(
    session: ClientSession,
    id: Types.ObjectId,
    { until, decision }: Suspension,
  ): Promise<ChangedAccount | null> {
    const before = await this.users.collection.findOneAndUpdate(
      { _id: id, status: 'active' },
      { $set: { status: 'suspended', suspendedUntil: until, suspendedBy: decision } },
      { session, projection: { role: 1 } },
    );
    return before && { id, role: (before as User).role };
  }

  /** Of somebody who is suspended: a later end takes the place of an earlier one, and none of any; never the other way. */
  async prolong(
    session: ClientSession,
    id: Types.ObjectId,
    { until, decision }: Suspension,
  ): Promise<void> {
    const shorter = until ? { $ne: null, $lt: until } : { $ne: null };
    await this.users.collection.updateOne(
      { _id: id, status: 'suspended', suspendedUntil: shorter },
      { $set: { suspendedUntil: until, suspendedBy: decision } },
      { session },
    );
  }

  /** Puts another decision in the place of the one that holds the suspension. @returns false where that one does not. */
  async replace(
    session: ClientSession,
    id: Types.ObjectId,
    held: Types.ObjectId,
    { until, decision }: Suspension,
  ): Promise<boolean> {
    const { matchedCount } = await this.users.collection.updateOne(
      { _id: id, status: 'suspended', suspendedBy: held },
      { $set: { suspendedUntil: until, suspendedBy: decision } },
      { session },
    );
    return matchedCount === 1;
  }

  /**
   * Lets somebody in again.
   *
   * @param why the decision that held it and no longer does, or the moment by which it is over.
   * @returns null where they are not suspended for that.
   */
  async end(
    session: ClientSession,
    id: Types.ObjectId,
    why: { decision: Types.ObjectId } | { overAt: Date },
  ): Promise<ChangedAccount | null> {
    const held =
      'decision' in why
        ? { suspendedBy: why.decision }
        : { suspendedUntil: { $ne: null, $lte: why.overAt } };
    const before = await this.users.collection.findOneAndUpdate(
      { _id: id, status: 'suspended', ...held },
      { $set: { status: 'active', suspendedUntil: null, suspendedBy: null } },
      { session, projection: { role: 1 } },
    );
    return before && { id, role: (before as User).role };
  }

  /** Whose suspension is over, those that are so longest first. */
  async over(now: Date, limit: number): Promise<Types.ObjectId[]> {
    const rows = await this.users
      .find({ suspendedUntil: { $gt: new Date(0), $lte: now }, status: 'suspended' }, { _id: 1 })
      .sort({ suspendedUntil: 1 })
      .limit(limit)
      .lean<User[]>();
    return rows.map(({ _id }) => _id);
  }
}
