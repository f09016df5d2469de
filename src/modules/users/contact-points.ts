import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Document, Filter } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { type EmergencyContact, User } from './schemas/user.schema';

/** What the emergency contacts of a person may know, and where they are reached. */
export interface OwnContacts {
  displayName: string;
  shareLocationWithContacts: boolean;
  contacts: EmergencyContact[];
}

/** Where people, and the contacts that they named, are reached outside the app. */
@Injectable()
export class ContactPoints {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /** Inside a transaction: those of these people who showed that mail to their address reaches them. */
  withEmail(session: ClientSession, users: Types.ObjectId[]): Promise<Types.ObjectId[]> {
    return this.among(session, users, { emailVerified: true, status: { $ne: 'erased' } });
  }

  /** Inside a transaction: those of these people who are in good standing and gave a telephone. */
  withPhone(session: ClientSession, users: Types.ObjectId[]): Promise<Types.ObjectId[]> {
    return this.among(session, users, { phone: { $type: 'string' }, status: 'active' });
  }

  async email(user: Types.ObjectId): Promise<string | null> {
    const found = await this.users
      .findOne({ _id: user, emailVerified: true, status: { $ne: 'erased' } }, { email: 1 })
      .lean<User>();
    return found?.email ?? null;
  }

  async phone(user: Types.ObjectId): Promise<string | null> {
    const found = await this.users
      .findOne({ _id: user, status: 'active' }, { phone: 1 })
      .lean<User>();
    return found?.phone ?? null;
  }

  /** Null once the account is erased. */
  async ownContacts(user: Types.ObjectId, session?: ClientSession): Promise<OwnContacts | null> {
    return this.users.collection.findOne<OwnContacts>(
      { _id: user, status: { $ne: 'erased' } },
      {
        projection: { displayName: 1, shareLocationWithContacts: 1, contacts: 1 },
        ...(session ? { session } : {}),
      },
    );
  }

  private async among(
    session: ClientSession,
    users: Types.ObjectId[],
    filter: Filter<Document>,
  ): Promise<Types.ObjectId[]> {
    const found = await this.users.collection
      .find({ ...filter, _id: { $in: users } }, { session, projection: { _id: 1 } })
      .toArray();
    return found.map(({ _id }) => _id);
  }
}
