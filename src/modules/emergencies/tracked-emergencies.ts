import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { EmergencyStatus } from './emergency.transitions';
import { Emergency, type EmergencyLocation } from './schemas/emergency.schema';

/** What may be shown to the requester's own contacts, as far as the requester shares it. */
export interface TrackedEmergency {
  requester: Types.ObjectId;
  status: EmergencyStatus;
  live: boolean;
  anonymous: boolean;
  silent: boolean;
  location: EmergencyLocation | null;
  createdAt: Date;
  endedAt: Date | null;
}

/** Reads emergencies for the people whom their requester named as contacts. */
@Injectable()
export class TrackedEmergencies {
  constructor(@InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>) {}

  async find(id: Types.ObjectId): Promise<TrackedEmergency | null> {
    return this.emergencies.collection.findOne<TrackedEmergency>(
      // Not the row of an account that was erased (ErasedRequester).
      { _id: id, status: { $exists: true } },
      {
        projection: {
          requester: 1,
          status: 1,
          live: 1,
          anonymous: 1,
          silent: 1,
          location: 1,
          createdAt: 1,
          endedAt: 1,
        },
      },
    );
  }
}
