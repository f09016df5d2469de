import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Actor, Role } from '../../common/auth/actor';
import { DomainError } from '../../common/errors/domain-error';
import { User, type UserStatus } from './schemas/user.schema';

export interface Standing {
  id: Types.ObjectId;
  role: Role;
  status: UserStatus;
}

/** What decides whether somebody may come in, and as what. */
@Injectable()
export class AccountStandingService {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /** Null if there is no such account. */
  async of(id: Types.ObjectId): Promise<Standing | null> {
    const user = await this.users.findById(id).select('role status').lean<User>();
    return user ? toStanding(user) : null;
  }

  /**
   * What is about one of the staff is for admins.
   *
   * @throws DomainError FORBIDDEN for a moderator where it is.
   */
  async leaveStaffToAdmins(actor: Actor, person: Types.ObjectId): Promise<void> {
    if (actor.role === 'admin') return;
    const standing = await this.of(person);
    if (!standing || standing.role === 'user') return;
    throw new DomainError('FORBIDDEN', 'This is about one of the staff: leave it to an admin.');
  }

  /** Those of these people who have an account; erased ones are among them. Joins the transaction that is under way. */
  async among(people: Types.ObjectId[]): Promise<Standing[]> {
    const users = await this.users
      .find({ _id: { $in: people } })
      .select('role status')
      .lean<User[]>();
    return users.map(toStanding);
  }

  /** Everybody who is suspended now. */
  async suspended(): Promise<Standing[]> {
    const users = await this.users
      .find({ status: 'suspended' })
      .select('role status')
      .lean<User[]>();
    return users.map(toStanding);
  }

  /** Everybody whose role was changed since, erased accounts among them. */
  async roleChangedSince(since: Date): Promise<Standing[]> {
    const users = await this.users
      .find({ roleChangedAt: { $gt: since } })
      .select('role status')
      .lean<User[]>();
    return users.map(toStanding);
  }
}

function toStanding({ _id: id, role, status }: User): Standing {
  return { id, role, status };
}
