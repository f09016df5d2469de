import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { User } from './schemas/user.schema';

/**
 * Whether an SOS of a person may concern anybody but helpers. It stands on the account, which every SOS reads anyway: for the
 * many who share with nobody there is then nothing to look up, and nothing to write, after their SOS.
 */
@Injectable()
export class EmergencySharing {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /**
   * Inside the transaction in which somebody agrees, or takes it back everywhere. True for somebody who shares no longer costs
   * one look-up after their SOS; false for somebody who shares would keep it from those who are to be told.
   */
  async set(session: ClientSession, user: Types.ObjectId, shares: boolean): Promise<void> {
    await this.users.collection.updateOne(
      { _id: user },
      {
        ...(shares ? { $set: { sharesEmergencies: true } } : { $unset: { sharesEmergencies: '' } }),
        // Setting what is set already writes nothing, and would not conflict with taking it back elsewhere at the same time.
        $inc: { __v: 1 },
      },
      { session },
    );
  }
}
