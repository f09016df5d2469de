import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import type { GeoPoint, Place } from '../../common/geo/geo';
import { toPlace } from '../../common/geo/geo';
import { databaseConfig } from '../../config/database.config';
import { type Nearest, NearestHelpers, type NearestQuery } from './nearest-helpers';
import { User, type UserStatus } from './schemas/user.schema';

export interface RequesterProfile {
  status: UserStatus;
  displayName: string;
  phone: string | null;
  emergencyRadiusMeters: number;
  blockedUsers: Types.ObjectId[];
  sharesEmergencies?: boolean;
  /** How many there are is all that is read of them. */
  contacts?: { _id: Types.ObjectId }[];
  location?: GeoPoint;
  locationAccuracyMeters?: number | null;
  locationUpdatedAt?: Date;
}

export interface PeopleQuery {
  people: Types.ObjectId[];
  requester: Types.ObjectId;
  blockedByRequester: Types.ObjectId[];
  /** Who was last heard of before this is not where we think. */
  heardSince: Date;
}

export interface PersonSomewhere {
  _id: Types.ObjectId;
  /** Null where nothing was heard of them lately. */
  place: Place | null;
  trustScore: number;
}

/**
 * Accounts as dispatch needs them: who is near, who asks, who may come, who blocked whom. On the path of an SOS, so it reads by
 * the native driver: the documents are plain and small (docs/performance.md).
 */
@Injectable()
export class HelperDirectory {
  private readonly nearestHelpers: NearestHelpers;

  constructor(
    @InjectModel(User.name) private readonly users: Model<User>,
    @Inject(databaseConfig.KEY) config: ConfigType<typeof databaseConfig>,
  ) {
    this.nearestHelpers = new NearestHelpers(users.collection, config.discoveryReads);
  }

  /**
   * The nearest helpers who could come, nearest first.
   *
   * The one read that may go to a secondary, if the operator wants so, and then tells how things were a moment ago:
   * whether a helper may really come is checked when they accept, on the primary.
   */
  nearest(query: NearestQuery): Promise<Nearest> {
    return this.nearestHelpers.find(query);
  }

  /** What an SOS needs to know of the person who raises it. */
  requester(id: Types.ObjectId): Promise<RequesterProfile | null> {
    return this.users.collection.findOne<RequesterProfile>(
      { _id: id },
      {
        projection: {
          status: 1,
          displayName: 1,
          phone: 1,
          emergencyRadiusMeters: 1,
          blockedUsers: 1,
          sharesEmergencies: 1,
          'contacts._id': 1,
          location: 1,
          locationAccuracyMeters: 1,
          locationUpdatedAt: 1,
        },
      },
    );
  }

  /** Those of these people who could be told: active, with nobody's block between. */
  async among(query: PeopleQuery): Promise<PersonSomewhere[]> {
    const { people, requester, blockedByRequester, heardSince } = query;
    const found = await this.users.collection
      .find<Pick<User, '_id' | 'location' | 'locationUpdatedAt' | 'trustScore'>>(
        {
          _id: { $in: people, $nin: [requester, ...blockedByRequester] },
          status: 'active',
          blockedUsers: { $ne: requester },
        },
        { projection: { location: 1, locationUpdatedAt: 1, trustScore: 1 } },
      )
      .toArray();
    return found.map(({ _id, location, locationUpdatedAt, trustScore }) => ({
      _id,
      place:
        location && locationUpdatedAt && locationUpdatedAt >= heardSince ? toPlace(location) : null,
      trustScore,
    }));
  }

  /** True while this account is in good standing. */
  async isActive(id: Types.ObjectId, session: ClientSession): Promise<boolean> {
    const user = await this.users.collection.findOne(
      { _id: id, status: 'active' },
      { projection: { _id: 1 }, session },
    );
    return user !== null;
  }

  /** True while this person may answer alerts: opted in, verified and active. */
  async mayRespond(id: Types.ObjectId, session: ClientSession): Promise<boolean> {
    const helper = await this.users.collection.findOne(
      { _id: id, helper: true, verified: true, status: 'active' },
      { projection: { _id: 1 }, session },
    );
    return helper !== null;
  }

  /** The last known place of a person, and when it was taken; null when there is none. */
  async lastPlace(id: Types.ObjectId): Promise<{ point: GeoPoint; at: Date } | null> {
    const user = await this.users.findById(id, { location: 1, locationUpdatedAt: 1 }).lean<User>();
    return user?.location && user.locationUpdatedAt
      ? { point: user.location, at: user.locationUpdatedAt }
      : null;
  }

  /** The last known places of several people, by their ids in hexadecimal. */
  async lastPlaces(ids: Types.ObjectId[]): Promise<Map<string, Place>> {
    const users = await this.users
      .find({ _id: { $in: ids }, location: { $exists: true } }, { location: 1 })
      .lean<User[]>();
    return new Map(
      users.flatMap(({ _id, location }) =>
        location ? [[_id.toHexString(), toPlace(location)] as const] : [],
      ),
    );
  }
}
