import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types, UpdateQuery } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { notFound } from '../../common/errors/domain-error';
import { Clock } from '../../common/time/clock';
import type { LocationView } from './dto/location.view';
import type { PublicProfile } from './dto/public-profile.view';
import type { UpdateHelperDto } from './dto/update-helper.dto';
import type { UpdateProfileDto } from './dto/update-profile.dto';
import type { UserView } from './dto/user.view';
import { PositionWriter } from './position-writer';
import { User, type UserStatus } from './schemas/user.schema';
import { type LocationFix, UserLifecycle } from './user-lifecycle';
import { toPublicProfile, toUserView } from './user.view';

/** A person as other modules may need to name them. For building views: not all of it is for everybody's eyes. */
export interface PublicName {
  id: string;
  displayName: string;
  trustScore: number;
  phone: string | null;
  status: UserStatus;
}

/** Profiles, helper settings and positions. */
@Injectable()
export class UsersService {
  constructor(
    @InjectModel(User.name) private readonly users: Model<User>,
    private readonly lifecycle: UserLifecycle,
    private readonly positions: PositionWriter,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND */
  async view(id: Types.ObjectId): Promise<UserView> {
    return toUserView(found(await this.users.findById(id).lean<User>()));
  }

  /** @throws DomainError NOT_FOUND */
  async updateProfile(actor: Actor, changes: UpdateProfileDto): Promise<UserView> {
    return this.change(actor, { $set: { ...changes } });
  }

  /**
   * Opting in makes available too unless the helper says otherwise: somebody who opts in and then hears of nothing would
   * not know why. Opting out ends availability.
   *
   * @throws DomainError NOT_FOUND
   */
  async updateHelper(actor: Actor, { helper, ...settings }: UpdateHelperDto): Promise<UserView> {
    if (helper === undefined) return this.change(actor, { $set: settings });
    if (!helper) return this.change(actor, { $set: { ...settings, helper, available: false } });
    // Only who was not a helper before: repeating the opt-in must not end a pause.
    await this.users.updateOne(
      { _id: actor.id, helper: false, status: { $ne: 'erased' } },
      { $set: { helper, available: true } },
    );
    return this.change(actor, { $set: { ...settings, helper } });
  }

  /**
   * Stores where somebody is now, then tells those who follow positions.
   *
   * @throws DomainError NOT_FOUND
   */
  async recordLocation(user: Types.ObjectId, fix: LocationFix): Promise<LocationView> {
    const { latitude, longitude, accuracyMeters } = fix;
    const updatedAt = this.clock.now();
    const stored = await this.positions.write(user, fix, updatedAt);
    if (!stored) throw notFound('The account');
    await this.lifecycle.located(user, { latitude, longitude, accuracyMeters });
    return { latitude, longitude, accuracyMeters, updatedAt: updatedAt.toISOString() };
  }

  /**
   * What one user may see of another. Blocked either way, suspended and erased look like nobody at all.
   *
   * @throws DomainError NOT_FOUND
   */
  async publicProfile(actor: Actor, id: Types.ObjectId): Promise<PublicProfile> {
    const user = found(
      await this.users
        .findOne({ _id: id, status: 'active', blockedUsers: { $ne: actor.id } })
        .lean<User>(),
    );
    const blocked = await this.users.exists({ _id: actor.id, blockedUsers: id });
    if (blocked) throw notFound('The user');
    return toPublicProfile(user);
  }

  /**
   * Whether somebody may report an account: those whose profile they may see, and those they blocked, of whom they know.
   * Having been blocked by somebody is not told; blocking them too is the way to report them all the same.
   */
  async mayReport(actor: Actor, id: Types.ObjectId): Promise<boolean> {
    const blockedByActor = await this.users.exists({ _id: actor.id, blockedUsers: id });
    const user = await this.users.exists(
      blockedByActor
        ? { _id: id, status: { $ne: 'erased' } }
        : { _id: id, status: 'active', blockedUsers: { $ne: actor.id } },
    );
    return user !== null;
  }

  /** Names for views of other modules, by hexadecimal id. Erased accounts are among them, as "Deleted account". */
  async publicNames(ids: Types.ObjectId[]): Promise<Map<string, PublicName>> {
    if (ids.length === 0) return new Map();
    const users = await this.users
      .find({ _id: { $in: ids } })
      .select('displayName trustScore phone status')
      .lean<Pick<User, '_id' | 'displayName' | 'trustScore' | 'phone' | 'status'>[]>();
    return new Map(
      users.map(({ _id, displayName, trustScore, phone, status }) => {
        const id = _id.toHexString();
        return [id, { id, displayName, trustScore, phone, status }];
      }),
    );
  }

  private async change(actor: Actor, update: UpdateQuery<User>): Promise<UserView> {
    const user = await this.users
      .findOneAndUpdate({ _id: actor.id, status: { $ne: 'erased' } }, update, {
        returnDocument: 'after',
      })
      .lean<User>();
    return toUserView(found(user));
  }
}

function found(user: User | null): User {
  if (!user) throw notFound('The user');
  return user;
}
