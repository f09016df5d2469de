import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import { Clock, SECOND } from '../../common/time/clock';
import { Emergency } from './schemas/emergency.schema';

/** The kinds of messages to emergency contacts: that an SOS began, and that it is over. */
export const ALARM = 'contact.alarm';
export const ALL_CLEAR = 'contact.all_clear';

/** An emergency whose requester's contacts are to be told something: that it began, or that it ended. */
export interface ContactJob {
  _id: Types.ObjectId;
  requester: Types.ObjectId;
  live: boolean;
  contactsAt: Date;
  contactsToldAt?: Date;
}

/** What is due to be told to emergency contacts. It stands on the emergency itself, so that an SOS writes nothing more for it. */
@Injectable()
export class ContactJobs {
  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly clock: Clock,
  ) {}

  /** The longest waiting first. */
  async due(limit: number): Promise<Pick<ContactJob, '_id' | 'contactsAt'>[]> {
    return this.emergencies
      .find({ contactsAt: { $lte: this.clock.now() } }, { contactsAt: 1 })
      .sort({ contactsAt: 1 })
      .limit(limit)
      .lean<ContactJob[]>();
  }

  /**
   * Inside the transaction that does the job: of two nodes that found it, one takes the date away and the other gets null.
   * Ending the emergency writes the same document, so that what is told agrees with how it stands.
   */
  async take(
    session: ClientSession,
    { _id, contactsAt }: Pick<ContactJob, '_id' | 'contactsAt'>,
  ): Promise<ContactJob | null> {
    return this.emergencies.collection.findOneAndUpdate(
      { _id, contactsAt },
      { $unset: { contactsAt: 1 } },
      {
        session,
        returnDocument: 'before',
        projection: { requester: 1, live: 1, contactsAt: 1, contactsToldAt: 1 },
      },
    ) as unknown as Promise<ContactJob | null>;
  }

  /** The contacts were told that it began. */
  async told(session: ClientSession, id: Types.ObjectId): Promise<void> {
    await this.emergencies.collection.updateOne(
      { _id: id },
      { $set: { contactsToldAt: this.clock.now() } },
      { session },
    );
  }

  /** Of how many emergencies of this person their contacts were told since then. */
  async toldSince(session: ClientSession, requester: Types.ObjectId, since: Date): Promise<number> {
    return this.emergencies.collection.countDocuments(
      {
        requester,
        _id: { $gte: Types.ObjectId.createFromTime(Math.floor(since.getTime() / SECOND)) },
        contactsToldAt: { $exists: true },
      },
      { session },
    );
  }
}
