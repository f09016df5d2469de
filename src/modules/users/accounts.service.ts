import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Role } from '../../common/auth/actor';
import { duplicateKeyIndex } from '../../common/database/duplicate-key';
import { DomainError } from '../../common/errors/domain-error';
import { Clock, DAY, later } from '../../common/time/clock';
import { ERASED_NAME } from './display-name';
import {
  CASE_INSENSITIVE,
  type Registration,
  User,
  USER_EMAIL_INDEX,
  type UserStatus,
} from './schemas/user.schema';

export interface NewAccount {
  email: string;
  passwordHash: string;
  displayName: string;
  phone: string | null;
  role: Role;
  emailVerified?: boolean;
  registration?: Registration;
}

/** Who may log in as whom. The hash is for comparing alone and never leaves the server. */
export interface Account {
  id: Types.ObjectId;
  email: string;
  role: Role;
  status: UserStatus;
  passwordHash: string;
  /** Of a suspended account: when that ends, and the decision that holds it. */
  suspendedUntil: Date | null;
  suspendedBy: Types.ObjectId | null;
}

/** The part of a user that logging in stands on: e-mail, password hash, role and status. */
@Injectable()
export class AccountsService {
  constructor(
    @InjectModel(User.name) private readonly users: Model<User>,
    private readonly clock: Clock,
  ) {}

  /**
   * The unique index alone decides whether an e-mail is free: asking first would let two registrations through at once.
   *
   * @throws DomainError EMAIL_TAKEN
   */
  async create(account: NewAccount): Promise<User> {
    try {
      const created = await this.users.create({ ...account, email: account.email.toLowerCase() });
      return created.toObject<User>();
    } catch (error) {
      throw emailTaken(error);
    }
  }

  /** The account of that address as the keyed request left it that made it; null where there was none lately. */
  async registeredBy(email: string, key: string): Promise<User | null> {
    return this.users
      .findOne({
        email: email.toLowerCase(),
        status: 'active',
        'registration.idempotencyKey': key,
        createdAt: { $gt: later(this.clock.now(), -DAY) },
      })
      .collation(CASE_INSENSITIVE)
      .select('+registration')
      .lean<User>();
  }

  async findByEmail(email: string): Promise<Account | null> {
    const user = await this.users
      .findOne({ email: email.toLowerCase() })
      .collation(CASE_INSENSITIVE)
      .select('email role status suspendedUntil suspendedBy +passwordHash')
      .lean<User>();
    return toAccount(user);
  }

  /** Null for an account that was erased, too. */
  async findById(id: Types.ObjectId): Promise<Account | null> {
    const user = await this.users
      .findById(id)
      .select('email role status suspendedUntil suspendedBy +passwordHash')
      .lean<User>();
    return toAccount(user);
  }

  /** The address of somebody who showed that mail to it reaches them; null for all others. */
  async verifiedEmail(id: Types.ObjectId): Promise<string | null> {
    const user = await this.users
      .findOne({ _id: id, emailVerified: true })
      .select('email')
      .lean<User>();
    return user?.email ?? null;
  }

  /**
   * Inside a transaction: true if the account is active and its password still the one that was compared. It writes, so
   * that a password change, suspension or erasure that commits meanwhile conflicts with this transaction.
   */
  async stillHas(id: Types.ObjectId, passwordHash: string): Promise<boolean> {
    const { matchedCount } = await this.users.updateOne(
      { _id: id, status: 'active', passwordHash },
      { $inc: { __v: 1 } },
      { timestamps: false },
    );
    return matchedCount === 1;
  }

  /** @returns false if the account is gone or has another address. */
  async confirmEmail(id: Types.ObjectId, email: string): Promise<boolean> {
    const { matchedCount } = await this.users.updateOne(
      { _id: id, email, status: { $ne: 'erased' } },
      { $set: { emailVerified: true } },
    );
    return matchedCount === 1;
  }

  /**
   * Gives the account an address whose link was opened. Like `create`, it leaves to the unique index whether it is free.
   *
   * @returns the address before, null if the account is gone.
   * @throws DomainError EMAIL_TAKEN
   */
  async changeEmail(id: Types.ObjectId, email: string): Promise<string | null> {
    try {
      const before = await this.users
        .findOneAndUpdate(
          { _id: id, status: { $ne: 'erased' } },
          { $set: { email, emailVerified: true }, $unset: { registration: 1 } },
          { returnDocument: 'before' },
        )
        .select('email')
        .lean<User>();
      return before?.email ?? null;
    } catch (error) {
      throw emailTaken(error);
    }
  }

  /**
   * @param seen the hash that the current password was compared with; null where another proof was given.
   * @returns false if the account is gone or its password was changed meanwhile.
   */
  async replacePassword(id: Types.ObjectId, seen: string | null, next: string): Promise<boolean> {
    const { matchedCount } = await this.users.updateOne(
      { _id: id, status: { $ne: 'erased' }, ...(seen === null ? {} : { passwordHash: seen }) },
      // What the account was registered with says nothing any more.
      { $set: { passwordHash: next }, $unset: { registration: 1 } },
    );
    return matchedCount === 1;
  }

  /**
   * Takes everything personal out of an account. The document stays, as events and emergencies refer to its id.
   *
   * @returns false if the account is gone or its password was changed meanwhile.
   */
  async erase(id: Types.ObjectId, seen: string): Promise<boolean> {
    const { matchedCount } = await this.users.updateOne(
      { _id: id, status: { $ne: 'erased' }, passwordHash: seen },
      {
        $set: {
          status: 'erased',
          displayName: ERASED_NAME,
          emailVerified: false,
          role: 'user',
          roleChangedAt: this.clock.now(),
          phone: null,
          bio: null,
          avatarUrl: null,
          helper: false,
          verified: false,
          verifiedUntil: null,
          available: false,
          skills: [],
          contacts: [],
          blockedUsers: [],
        },
        $unset: {
          email: 1,
          passwordHash: 1,
          registration: 1,
          location: 1,
          locationAccuracyMeters: 1,
          locationUpdatedAt: 1,
        },
      },
    );
    return matchedCount === 1;
  }
}

/** What the index on addresses refused, in words; every other error as it is. */
function emailTaken(error: unknown): unknown {
  return duplicateKeyIndex(error) === USER_EMAIL_INDEX
    ? new DomainError('EMAIL_TAKEN', 'There is an account with this e-mail address already.')
    : error;
}

function toAccount(user: User | null): Account | null {
  if (!user?.email || !user.passwordHash) return null;
  const { _id: id, email, role, status, passwordHash, suspendedUntil, suspendedBy } = user;
  return {
    id,
    email,
    role,
    status,
    passwordHash,
    // Absent from accounts that are older than the fields.
    suspendedUntil: suspendedUntil ?? null,
    suspendedBy: suspendedBy ?? null,
  };
}
