import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { TRUST_AT_START, User } from './schemas/user.schema';

/** What an account says about the weight of its owner's word. */
export interface TrustFacts {
  emailVerified: boolean;
  createdAt: Date;
  trustScore: number;
}

/** A cached score; `asOf` is null for who has no record of trust that counts. */
export interface CachedTrust {
  id: Types.ObjectId;
  trustScore: number;
  asOf: Date | null;
}

/** The trust score that stands in the account, where ranks and profiles read it. What it is, the trust module says. */
@Injectable()
export class TrustCache {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /** Null for who never was, or was erased. */
  async factsOf(session: ClientSession, id: Types.ObjectId): Promise<TrustFacts | null> {
    const user = (await this.users.collection.findOne(
      { _id: id, status: { $ne: 'erased' } },
      { session, projection: { emailVerified: 1, createdAt: 1, trustScore: 1 } },
    )) as Partial<User> | null;
    if (!user) return null;
    return {
      emailVerified: user.emailVerified ?? false,
      createdAt: user.createdAt ?? new Date(),
      trustScore: user.trustScore ?? TRUST_AT_START,
    };
  }

  async of(session: ClientSession, id: Types.ObjectId): Promise<CachedTrust | null> {
    const user = (await this.users.collection.findOne(
      { _id: id, status: { $ne: 'erased' } },
      { session, projection: { trustScore: 1, trustAsOf: 1 } },
    )) as User | null;
    return user && toCached(user);
  }

  /**
   * Inside a transaction. It always writes, so of two transactions that change one person's record one runs again and sees
   * the other. Erased accounts keep nothing, and are written to all the same, for that reason.
   *
   * @param asOf null takes the score back to where everybody starts, with nothing that ages.
   */
  async write(
    session: ClientSession,
    id: Types.ObjectId,
    trustScore: number,
    asOf: Date | null,
  ): Promise<void> {
    const { matchedCount } = await this.users.collection.updateOne(
      { _id: id, status: { $ne: 'erased' } },
      asOf
        ? { $set: { trustScore, trustAsOf: asOf }, $inc: { __v: 1 } }
        : { $set: { trustScore }, $unset: { trustAsOf: 1 }, $inc: { __v: 1 } },
      { session },
    );
    if (matchedCount === 0) {
      await this.users.collection.updateOne({ _id: id }, { $inc: { __v: 1 } }, { session });
    }
  }

  /** People whose score was computed before this moment, the oldest first. */
  async olderThan(moment: Date, limit: number): Promise<Types.ObjectId[]> {
    const users = await this.users
      .find({ trustAsOf: { $gt: new Date(0), $lte: moment } }, { _id: 1 })
      .sort({ trustAsOf: 1 })
      .limit(limit)
      .lean<User[]>();
    return users.map(({ _id }) => _id);
  }

  /** Everybody but erased accounts, by id. */
  async page(after: Types.ObjectId | null, limit: number): Promise<CachedTrust[]> {
    const users = await this.users
      .find(
        { ...(after ? { _id: { $gt: after } } : {}), status: { $ne: 'erased' } },
        { trustScore: 1, trustAsOf: 1 },
      )
      .sort({ _id: 1 })
      .limit(limit)
      .lean<User[]>();
    return users.map(toCached);
  }
}

function toCached({ _id: id, trustScore, trustAsOf }: User): CachedTrust {
  return { id, trustScore, asOf: trustAsOf ?? null };
}
