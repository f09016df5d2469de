import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type QueryFilter, Types } from 'mongoose';
import type { Role } from '../../common/auth/actor';
import { decodeCursor, type Page, toPage } from '../../common/http/pagination';
import { Clock } from '../../common/time/clock';
import type { ListUsersQuery } from './dto/list-users.query';
import type { UserView } from './dto/user.view';
import { CASE_INSENSITIVE, User, type UserStatus } from './schemas/user.schema';
import { toStaffView } from './user.view';

export interface StaffChanges {
  verified?: boolean | undefined;
  status?: Exclude<UserStatus, 'erased'> | undefined;
  role?: Role | undefined;
}

/** Accounts as staff see and change them. Who may do what is decided by the admin module. */
@Injectable()
export class UserAdministrationService {
  constructor(
    @InjectModel(User.name) private readonly users: Model<User>,
    private readonly clock: Clock,
  ) {}

  /** Newest first. */
  async list({ limit, cursor, q, ...filters }: ListUsersQuery): Promise<Page<UserView>> {
    const conditions: QueryFilter<User>[] = [];
    for (const [field, value] of Object.entries(filters)) {
      if (value !== undefined) conditions.push({ [field]: value });
    }
    if (q !== undefined)
      conditions.push({ $or: [startsWith('email', q), startsWith('displayName', q)] });
    if (cursor !== undefined) {
      const [id] = decodeCursor(cursor, ['id']);
      conditions.push({ _id: { $lt: new Types.ObjectId(String(id)) } });
    }
    const query = this.users
      .find(conditions.length > 0 ? { $and: conditions } : {})
      .sort({ _id: -1 })
      .limit(limit + 1)
      .lean<User[]>();
    const rows = await (q === undefined ? query : query.collation(CASE_INSENSITIVE));
    return toPage(rows, limit, (user) => [user._id.toHexString()], toStaffView);
  }

  /** Null if there is none. */
  async find(id: Types.ObjectId): Promise<User | null> {
    return this.users.findById(id).lean<User>();
  }

  /** The account after the change. */
  async change(id: Types.ObjectId, changes: StaffChanges): Promise<User | null> {
    return this.users
      .findByIdAndUpdate(
        id,
        {
          $set: {
            ...changes,
            ...(changes.role ? { roleChangedAt: this.clock.now() } : {}),
            // By hand: no end of its own (VerifiedStanding).
            ...(changes.verified === undefined ? {} : { verifiedUntil: null }),
            // By hand and without an end, in the place of what a decision said.
            ...(changes.status ? { suspendedUntil: null, suspendedBy: null } : {}),
          },
        },
        { returnDocument: 'after' },
      )
      .lean<User>();
  }

  /**
   * Inside a transaction: true if this account is an active admin, and stays one until the transaction has committed. It
   * writes, so a transaction that takes the role away meanwhile conflicts with this one, and one of them runs again.
   */
  async holdAdmin(id: Types.ObjectId): Promise<boolean> {
    return this.touchAdmin({ _id: id });
  }

  /** The same for any active admin beside this one. */
  async holdAnotherAdmin(than: Types.ObjectId): Promise<boolean> {
    return this.touchAdmin({ _id: { $ne: than } });
  }

  async adminExists(): Promise<boolean> {
    return (await this.users.exists({ role: 'admin' })) !== null;
  }

  private async touchAdmin(which: QueryFilter<User>): Promise<boolean> {
    const { matchedCount } = await this.users.updateOne(
      { ...which, role: 'admin', status: 'active' },
      { $inc: { __v: 1 } },
      { timestamps: false },
    );
    return matchedCount === 1;
  }
}

/** A range of the index instead of a pattern, which could not use an index that ignores case. U+FFFF sorts last. */
function startsWith(field: 'email' | 'displayName', text: string): QueryFilter<User> {
  return { [field]: { $gte: text, $lt: `${text}\uffff` } };
}
